/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of the network through which packets are sent: a client that makes them and a server that counts them, or sends
 * them back. The ends are as cheap as can be, and what they cost is subtracted. Each is there twice, for frames (XDP) and
 * for packets of the kernel's own (tc): turning one into the other would cost more than the end itself.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CPUS_MAX 1024
#define FRAME_LENGTH 64
#define ECHO_PORT 7

/* Mirrored by bench/throughput/ends.ts. */
struct source {
	__u64 macs;			/* the first eight bytes of the frame */
	__u32 macs_rest;
	__u32 ifindex;			/* to send out of */
	__u32 client;			/* host order; 16 flows an address, and each CPU has addresses of its own, as RSS does it */
	__u32 virtual_address;		/* network order */
	__u16 port;			/* network order */
	__u16 pad;
	__u32 count;			/* flows */
	__u32 step;
};

volatile struct source source SEC(".data.source");

/* [CPU]: so that two of them can send at once; flow number of the next packet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, CPUS_MAX);
	__type(key, __u32);
	__type(value, __u64[8]);
} flows SEC(".maps");

/* [CPU]: packets that reached the last end. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, CPUS_MAX);
	__type(key, __u32);
	__type(value, __u64[8]);
} delivered SEC(".maps");

static __always_inline __u16
checksum(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Pages of earlier frames come back as the last receiver left them, so everything is written anew. */
SEC("xdp")
int generate(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct udphdr *udp = (void *)(ip + 1);
	__u32 cpu = bpf_get_smp_processor_id(), client;
	__u64 *next = bpf_map_lookup_elem(&flows, &cpu);
	__u16 length = bpf_htons(FRAME_LENGTH - sizeof(struct ethhdr) - sizeof(*ip));
	__u64 flow, sum, check;

	if (data + FRAME_LENGTH > (void *)(long)ctx->data_end || !next)
		return XDP_ABORTED;
	flow = *next + source.step;
	if (flow >= source.count)
		flow -= source.count;
	*next = flow;
	client = bpf_htonl(source.client + ((cpu & 15) << 18) + (flow >> 4));

	*(__u64 *)data = source.macs;
	*(__u32 *)(data + 8) = source.macs_rest;
	*(__u16 *)(data + 12) = bpf_htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->tos = 0;
	ip->tot_len = bpf_htons(FRAME_LENGTH - sizeof(struct ethhdr));
	ip->id = 0;
	ip->frag_off = bpf_htons(0x4000);
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->check = 0;
	ip->saddr = client;
	ip->daddr = source.virtual_address;
	sum = (__u64)client + source.virtual_address;
	ip->check = checksum(sum + *(__u32 *)ip + *(__u32 *)((void *)ip + 4) + *(__u32 *)((void *)ip + 8));
	udp->source = bpf_htons(1024 + (flow & 15));
	udp->dest = source.port;
	udp->len = length;
	check = sum + bpf_htons(IPPROTO_UDP) + length + udp->source + udp->dest + length;
	udp->check = checksum(check) ?: 0xffff;
	__builtin_memset(udp + 1, 0, FRAME_LENGTH - sizeof(struct ethhdr) - sizeof(*ip) - sizeof(*udp));
	return bpf_redirect(source.ifindex, 0);
}

enum arrival {
	PASSED,				/* ARP and the like: the host's */
	COUNTED,
	TURNED,				/* to go back where it came from */
};

/* Exchanging source and destination leaves every checksum right. */
static __always_inline void
turn_round(struct ethhdr *ethernet, struct iphdr *ip, struct udphdr *udp)
{
	__u8 mac[ETH_ALEN];
	__be32 address = ip->saddr;
	__be16 port = udp->source;

	__builtin_memcpy(mac, ethernet->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, mac, ETH_ALEN);
	ip->saddr = ip->daddr;
	ip->daddr = address;
	udp->source = udp->dest;
	udp->dest = port;
}

/* Whatever is for ECHO_PORT goes back; other datagrams, and tunnelled ones, have arrived. */
static __always_inline enum arrival
arrive(void *data, void *end)
{
	struct ethhdr *ethernet = data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct udphdr *udp = (void *)(ip + 1);
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 *count;

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return PASSED;
	if (ip->protocol != IPPROTO_UDP && ip->protocol != IPPROTO_IPIP)
		return PASSED;
	if (ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(ECHO_PORT)) {
		turn_round(ethernet, ip, udp);
		return TURNED;
	}
	count = bpf_map_lookup_elem(&delivered, &cpu);
	if (count)
		count[0]++;
	return COUNTED;
}

SEC("xdp")
int end(struct xdp_md *ctx)
{
	switch (arrive((void *)(long)ctx->data, (void *)(long)ctx->data_end)) {
	case TURNED:
		return bpf_redirect(ctx->ingress_ifindex, 0);
	case COUNTED:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
}

SEC("tc")
int end_packet(struct __sk_buff *skb)
{
	switch (arrive((void *)(long)skb->data, (void *)(long)skb->data_end)) {
	case TURNED:
		return bpf_redirect(skb->ifindex, 0);
	case COUNTED:
		return TC_ACT_SHOT;
	default:
		return TC_ACT_OK;
	}
}

char LICENSE[] SEC("license") = "Apache-2.0";
