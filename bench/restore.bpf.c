/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands before the program that is measured. BPF_PROG_TEST_RUN does not restore the packet between repetitions, so a
 * program that encapsulates would soon be measured on its own output: this one takes off what the last run put on, writes
 * the headers of the next flow and tail-calls. The same before a program that does nothing is what is subtracted.
 *
 * Headers are written in the pieces in which programs read them (both addresses of IPv4 at once, say): a load that spans two
 * stores still on their way waits for both, which no packet that came by DMA ever does.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MAC_FIRST 0
#define MAC_REST 8
#define ETHERTYPE 12
#define NETWORK 14
#define SERVERS_MAX 8
#define TCP_SYN_FLAGS bpf_htons(0x5002)

/* Flows first, first + step, ... and round again at first + count. */
struct series {
	__u32 next;
	__u32 step;
	__u32 count;
	__u32 first;
};

/* Mirrored by bench/nanoseconds/plan.ts. Sums are of 16-bit words in memory order, without what changes by flow. */
struct plan {
	struct series series[2];	/* the second: what `mixed` puts in between */
	__u64 macs;			/* the first eight bytes of the frame */
	__u32 macs_rest;
	__u16 ethertype;
	__u16 length;			/* of the frame */
	__u64 network_first;		/* first eight bytes of the IP header */
	__u32 network_sum;
	__u32 transport_sum;
	__u32 clients;			/* IPv4 address of the first client, host order */
	__u32 destinations;		/* that of the first service */
	__u32 destination_mask;		/* flow & mask: which service */
	__u32 server_mask;		/* flow & mask: which real server replies */
	__u32 servers[SERVERS_MAX];	/* network order */
	__u64 client_prefix;		/* IPv6 */
	__u64 destination6[2];
	__u64 sequence;			/* sequence and acknowledgement number */
	__u32 flags;			/* TCP header bytes 12 to 15 */
	__u16 ttl_protocol;
	__u16 port;			/* of the service; in replies that of the real server */
	__u32 turn;
	__u32 pad;
};

volatile struct plan plan SEC(".data.plan");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} measured SEC(".maps");

/* Always called, so that rows that grow the packet and rows that do not pay the same. */
static __always_inline void *
first_place(struct xdp_md *ctx)
{
	long length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;

	/* Pointers may be subtracted in 64 bits only, and the compiler would do it in 32. */
	asm volatile("" : "+r"(length));
	bpf_xdp_adjust_head(ctx, (int)length - plan.length);
	return (void *)(long)ctx->data;
}

static __always_inline __u32
next_flow(volatile struct series *series)
{
	__u32 flow = series->next, following = flow + series->step;

	series->next = following >= series->count ? following - series->count : following;
	return series->first + flow;
}

static __always_inline __u32
client_ipv4(__u32 flow)
{
	return bpf_htonl(plan.clients + (flow >> 4));
}

static __always_inline __u16
client_port(__u32 flow)
{
	return bpf_htons(1024 + (flow & 15));
}

static __always_inline __u16
checksum(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline void
write_link(void *data)
{
	*(__u64 *)(data + MAC_FIRST) = plan.macs;
	*(__u32 *)(data + MAC_REST) = plan.macs_rest;
	*(__u16 *)(data + ETHERTYPE) = plan.ethertype;
}

static __always_inline void
write_tcp(void *tcp, __u16 source, __u16 destination, __u32 flags, __u64 sum)
{
	*(__u32 *)tcp = source | (__u32)destination << 16;
	*(__u64 *)(tcp + 4) = plan.sequence;
	*(__u32 *)(tcp + 12) = flags;
	*(__u32 *)(tcp + 16) = checksum(sum + source + (__u16)flags);
}

static __always_inline int
run_ipv4(struct xdp_md *ctx, __u32 flow, bool is_reply, __u32 flags)
{
	void *data = first_place(ctx), *ip = data + NETWORK;
	__u32 client = client_ipv4(flow), server, check;
	__u16 port = client_port(flow);

	if (data + NETWORK + 40 > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	server = is_reply ? plan.servers[flow & plan.server_mask & (SERVERS_MAX - 1)]
			  : bpf_htonl(plan.destinations + (flow & plan.destination_mask));
	check = checksum((__u64)plan.network_sum + client + server);
	write_link(data);
	*(__u64 *)ip = plan.network_first;
	*(__u32 *)(ip + 8) = plan.ttl_protocol | check << 16;
	if (is_reply) {
		*(__u64 *)(ip + 12) = server | (__u64)client << 32;
		write_tcp(ip + 20, plan.port, port, flags, (__u64)plan.transport_sum + client + server + port - plan.port);
	} else {
		*(__u64 *)(ip + 12) = client | (__u64)server << 32;
		write_tcp(ip + 20, port, plan.port, flags, (__u64)plan.transport_sum + client + server);
	}
	bpf_tail_call(ctx, &measured, 0);
	return XDP_ABORTED;
}

SEC("xdp.frags")
int request_ipv4(struct xdp_md *ctx)
{
	return run_ipv4(ctx, next_flow(&plan.series[0]), false, plan.flags);
}

SEC("xdp.frags")
int reply_ipv4(struct xdp_md *ctx)
{
	return run_ipv4(ctx, next_flow(&plan.series[0]), true, plan.flags);
}

/* Turn about: a packet of the first series, a SYN of the second. */
SEC("xdp.frags")
int mixed_ipv4(struct xdp_md *ctx)
{
	__u32 turn = plan.turn & 1;

	plan.turn = turn + 1;
	return run_ipv4(ctx, next_flow(&plan.series[turn]), false, turn ? TCP_SYN_FLAGS : plan.flags);
}

SEC("xdp.frags")
int request_ipv6(struct xdp_md *ctx)
{
	void *data = first_place(ctx), *ip = data + NETWORK;
	__u32 flow = next_flow(&plan.series[0]), client = bpf_htonl(flow >> 4);
	__u16 port = client_port(flow);

	if (data + NETWORK + 60 > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write_link(data);
	*(__u64 *)ip = plan.network_first;
	*(__u64 *)(ip + 8) = plan.client_prefix;
	*(__u64 *)(ip + 16) = (__u64)client << 32;
	*(__u64 *)(ip + 24) = plan.destination6[0];
	*(__u64 *)(ip + 32) = plan.destination6[1];
	write_tcp(ip + 40, port, plan.port, plan.flags, (__u64)plan.transport_sum + client);
	bpf_tail_call(ctx, &measured, 0);
	return XDP_ABORTED;
}

char LICENSE[] SEC("license") = "Apache-2.0";
