/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a real server whose kernel has no ipip device: takes off the outer header that the director put on, and lets
 * the host go on with the packet that the client sent. Whatever is not a packet for one of our virtual addresses in an
 * IPv4 or IPv6 packet passes untouched.
 */
#include "decapsulate.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct virtual_address);
	__type(value, __u8);		/* 1 */
} virtual_addresses SEC(".maps");

static __always_inline bool
is_virtual_address(const struct inner *inner)
{
	return bpf_map_lookup_elem(&virtual_addresses, &inner->destination) != NULL;
}

SEC("xdp.frags")
int decapsulate(struct xdp_md *ctx)
{
	struct outer outer = {};
	struct inner inner = {};

	if (!parse_outer(ctx, &outer) || !parse_inner(ctx, &outer, &inner) || !is_virtual_address(&inner))
		return XDP_PASS;
	if (outer.is_congested && !mark_congestion(&inner))
		return XDP_DROP;
	return remove_outer(ctx, &outer, &inner) ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
