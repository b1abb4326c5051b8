/* SPDX-License-Identifier: GPL-2.0-only */
/* The errand of a packet that is to be cut: sent as if it fitted, but for the last step. */
#pragma once

#include "request.h"

static __always_inline enum outcome
send_by(struct xdp_md *ctx, struct packet *packet, __u8 method, const struct next_hop *hop, const struct real_server *server,
	__u32 number)
{
	if (method == FORWARDING_DIRECT_ROUTE)
		return send_direct(ctx, packet, hop);
	return server->tunnel_type == TUNNEL_IPIP ? send_tunnelled(ctx, packet, hop, server)
						  : (enum outcome)encapsulate(ctx, facts_of(packet), number);
}

SEC("xdp.frags")
int prepare_cut(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	const struct real_server *server;
	const struct next_hop *hop;
	struct packet packet = {};
	__u32 number;

	if (!errand || parse_packet(ctx, &packet) != CONTINUE)
		return XDP_DROP;
	number = errand->real_server;
	server = bpf_map_lookup_elem(&real_servers, &number);
	hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!server || !hop)
		return XDP_DROP;
	if (send_by(ctx, &packet, errand->method, hop, server, number) != CONTINUE || !write_order(ctx, hop))
		return XDP_DROP;
	return XDP_PASS;
}
