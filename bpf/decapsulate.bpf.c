/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a real server whose kernel has no device for it: takes off the outer headers that the director put on (ipip, GRE or
 * GUE), and lets the host go on with the packet that the client sent. Whatever is not a packet for one of our virtual
 * addresses in a tunnel passes untouched.
 */
#include "decapsulate.h"
#include "decapsulate_gre.h"
#include "decapsulate_gue.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct virtual_address);
	__type(value, __u8);		/* 1 */
} virtual_addresses SEC(".maps");

static __always_inline bool
parse_tunnel(struct xdp_md *ctx, struct outer *outer)
{
	switch (outer->protocol) {
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		return true;
	case IPPROTO_GRE:
		return parse_gre(ctx, outer);
	case IPPROTO_UDP:
		return parse_gue(ctx, outer);
	default:
		return false;
	}
}

static __always_inline bool
is_virtual_address(const struct inner *inner)
{
	return bpf_map_lookup_elem(&virtual_addresses, &inner->destination) != NULL;
}

/* The outer checksum, where there is one: right or none. */
static __always_inline bool
is_intact(struct xdp_md *ctx, const struct outer *outer)
{
	__u32 addresses_size = outer->ip_size == sizeof(struct iphdr) ? 8 : 32;
	__u32 behind = outer->network_offset + outer->ip_size;
	__u64 sum = 0;

	if (!outer->is_summed)
		return true;
	/* Addresses end an IP header without options. */
	if (outer->is_udp)
		sum = sum_frame(ctx, behind - addresses_size, addresses_size) + bpf_htons(IPPROTO_UDP) +
		      bpf_htons(outer->length);
	return fold(sum + sum_frame(ctx, behind, outer->length)) == 0xffff;
}

SEC("xdp.frags")
int decapsulate(struct xdp_md *ctx)
{
	struct outer outer = {};
	struct inner inner = {};

	if (!parse_outer(ctx, &outer) || !parse_tunnel(ctx, &outer) || !parse_inner(ctx, &outer, &inner) ||
	    !is_virtual_address(&inner))
		return XDP_PASS;
	if (!is_intact(ctx, &outer) || (outer.is_checksum_open && !make_checksum(ctx, &outer)))
		return XDP_DROP;
	if (outer.is_congested && (!parse_inner(ctx, &outer, &inner) || !mark_congestion(&inner)))
		return XDP_DROP;
	return remove_outer(ctx, &outer, &inner) ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
