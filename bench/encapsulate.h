/* SPDX-License-Identifier: Apache-2.0 */
/* What the floor and the textbook balancer share: parsing IPv4 with TCP or UDP, and an outer IPv4 header. */
#pragma once

/* Key of the textbook's connections. */
struct flow {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 pad[3];
};

/* 1: it is TCP or UDP over IPv4, neither cut nor with options. length: of the IP packet, in network order. */
static __always_inline int
parse(struct xdp_md *ctx, struct flow *flow, __u16 *length)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct udphdr *ports = (void *)(ip + 1);

	if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return 0;
	if (ip->ihl != 5 || ip->frag_off & bpf_htons(0x3fff))
		return 0;
	if (ip->protocol == IPPROTO_TCP) {
		if ((void *)ports + sizeof(struct tcphdr) > end)
			return 0;
	} else if (ip->protocol != IPPROTO_UDP) {
		return 0;
	}
	if ((void *)(ports + 1) > end)
		return 0;
	flow->source = ip->saddr;
	flow->destination = ip->daddr;
	flow->source_port = ports->source;
	flow->destination_port = ports->dest;
	flow->protocol = ip->protocol;
	flow->pad[0] = flow->pad[1] = flow->pad[2] = 0;
	*length = ip->tot_len;
	return 1;
}

static __always_inline __u16
header_checksum(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < (int)sizeof(*ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline int
encapsulate(struct xdp_md *ctx, __be16 length, __be32 source, __be32 destination, const __u8 *gateway)
{
	struct ethhdr *old, *ethernet;
	struct iphdr *ip;
	void *end;

	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(*ip)))
		return XDP_DROP;
	end = (void *)(long)ctx->data_end;
	ethernet = (void *)(long)ctx->data;
	ip = (void *)(ethernet + 1);
	old = (void *)(long)ctx->data + sizeof(*ip);
	if ((void *)(ip + 1) > end || (void *)(old + 1) > end)
		return XDP_DROP;
	__builtin_memcpy(ethernet->h_source, old->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, gateway, ETH_ALEN);
	ethernet->h_proto = bpf_htons(ETH_P_IP);

	ip->version = 4;
	ip->ihl = 5;
	ip->tos = 0;
	ip->tot_len = bpf_htons(bpf_ntohs(length) + sizeof(*ip));
	ip->id = 0;
	ip->frag_off = 0;
	ip->ttl = 64;
	ip->protocol = IPPROTO_IPIP;
	ip->check = 0;
	ip->saddr = source;
	ip->daddr = destination;
	ip->check = header_checksum(ip);
	return XDP_TX;
}
