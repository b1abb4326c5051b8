/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends an ICMP error to the real server of the errand, by its method, as a request of the client would go; for NAT it is
 * translated already. A program of its own: with what finds the connection it would be more than the verifier of 6.1 takes.
 */
#pragma once

#include "detour.h"

/* IPVS cuts an error that is too big whether it may be cut or not: its sender could not be told. */
static __always_inline bool
is_cut_for_way(struct xdp_md *ctx, struct packet *error, const struct detour *way)
{
	error->may_fragment = error->family == FAMILY_IPV4;
	return may_be_cut(error, way->method) && is_cut_behind(ctx, way->hop);
}

static __always_inline enum outcome
send_error(struct xdp_md *ctx, struct packet *error, const struct detour *way, struct ending *ending)
{
	bool is_cut = error->length + outside_size(way) > way->hop->mtu;
	enum outcome outcome;

	if (is_cut && !is_cut_for_way(ctx, error, way))
		return TOO_BIG;
	outcome = way->method == FORWARDING_MASQUERADE ? send_direct(ctx, error, way->hop) : send_by_method(ctx, error, way);
	if (outcome != CONTINUE || (is_cut && !write_order(ctx, way->hop)))
		return NO_HEADROOM;
	ending->action = is_cut ? XDP_PASS : transmit(ctx, way->hop);
	return ICMP_FORWARDED;
}

SEC("xdp.frags")
int send_icmp_error(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	struct packet error = {};
	struct ending ending = {};
	struct detour way = {};
	__u32 number;

	if (!errand || parse_packet(ctx, &error, PLAIN_PACKETS) != NOT_TRANSPORT)
		return XDP_DROP;
	/* The outer header of GUE is made by them. */
	error.ports = 0;
	number = errand->real_server;
	way.method = errand->method;
	way.server = bpf_map_lookup_elem(&real_servers, &number);
	way.hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!way.server || !way.hop)
		return conclude(ctx, REAL_SERVER_REMOVED, &ending);
	return conclude(ctx, send_error(ctx, &error, &way, &ending), &ending);
}
