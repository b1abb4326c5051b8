/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet to a real server that does not simply go its way, in a program of its own: request.h leaves it here, counted and
 * otherwise as it came. In IPVS's order: is it at its real server already, has it a hop left, does it fit.
 */
#pragma once

#include "cut.h"
#include "forwarding/encapsulate.h"
#include "request.h"

/* What is being done: to whom, and by which method. */
struct detour {
	const struct real_server *server;
	const struct next_hop *hop;
	__u8 method;
	__be16 port;			/* as in struct destination */
};

/* Everything between the packet and the link-layer header. */
static __always_inline __u32
outside_size(const struct detour *way)
{
	return way->method == FORWARDING_TUNNEL ? outer_header_size(way->server) + shim_size(way->server) : 0;
}

static __always_inline enum outcome
outcome_of(__u8 method)
{
	switch (method) {
	case FORWARDING_MASQUERADE:
		return FORWARDED_MASQUERADE;
	case FORWARDING_DIRECT_ROUTE:
		return FORWARDED_DIRECT_ROUTE;
	default:
		return FORWARDED_TUNNEL;
	}
}

static __always_inline enum outcome
send_by_method(struct xdp_md *ctx, const struct packet *packet, const struct detour *way)
{
	if (way->method == FORWARDING_DIRECT_ROUTE)
		return send_direct(ctx, packet, way->hop);
	return way->server->tunnel_type == TUNNEL_IPIP ? send_tunnelled(ctx, packet, way->hop, way->server)
						       : send_encapsulated(ctx, packet, way->hop, way->server);
}

/* Rewritten for the real server but for its TTL: the kernel takes it for its own, or forwards it, cuts it, asks for the neighbour. */
static __always_inline void
translate_for_host(struct xdp_md *ctx, const struct packet *packet, const struct detour *way)
{
	struct destination destination = { .server = way->server, .port = way->port };

	if (translate(packet, SIDE_DESTINATION, way->server->address, real_port(&destination, packet)))
		make_transport_checksum(ctx, packet);
}

/* DR and TUN to the host itself change nothing: it has the virtual address too. */
static __always_inline enum outcome
deliver_locally(struct xdp_md *ctx, const struct packet *packet, const struct detour *way)
{
	if (way->method == FORWARDING_MASQUERADE)
		translate_for_host(ctx, packet, way);
	return DELIVERED_LOCALLY;
}

static __always_inline enum outcome
leave_to_host(struct xdp_md *ctx, const struct packet *packet, const struct detour *way)
{
	translate_for_host(ctx, packet, way);
	return LEFT_TO_HOST;
}

/* Where nothing can cut, senders that allow it are told all the same: most send smaller packets then. */
static __always_inline enum outcome
handle_oversize(struct xdp_md *ctx, struct packet *packet, const struct detour *way, struct ending *ending)
{
	if (way->method == FORWARDING_MASQUERADE && packet->may_fragment)
		return leave_to_host(ctx, packet, way);
	if (way->method == FORWARDING_MASQUERADE || !may_be_cut(packet, way->method) || !is_cut_behind(ctx, way->hop) ||
	    !write_order(ctx, way->hop)) {
		ending->mtu = way->hop->mtu - outside_size(way);
		return TOO_BIG;
	}
	if (!find_network_again(ctx, packet) || send_by_method(ctx, packet, way) != CONTINUE)
		return NO_HEADROOM;
	ending->action = XDP_PASS;
	return outcome_of(way->method);
}

static __always_inline enum outcome
go_by_detour(struct xdp_md *ctx, struct packet *packet, const struct detour *way, __u32 number, struct ending *ending)
{
	enum outcome outcome = refresh_next_hop(ctx, way->hop, number, packet->now);

	if (outcome == CONTINUE && way->hop->flags & NEXT_HOP_LOCAL)
		return deliver_locally(ctx, packet, way);
	if (packet->ttl <= 1)
		return TTL_EXCEEDED;
	if (outcome == NEIGHBOUR_UNRESOLVED && way->method == FORWARDING_MASQUERADE)
		return leave_to_host(ctx, packet, way);
	if (outcome != CONTINUE)
		return outcome;
	if (packet->length + outside_size(way) > way->hop->mtu)
		return handle_oversize(ctx, packet, way, ending);
	if (way->method == FORWARDING_MASQUERADE)
		return leave_to_host(ctx, packet, way);
	outcome = send_by_method(ctx, packet, way);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = transmit(ctx, way->hop);
	return outcome_of(way->method);
}

SEC("xdp.frags")
int take_detour(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	struct packet packet = {};
	struct ending ending = { .answers = true };
	struct detour way = {};
	enum outcome outcome;
	__u32 number;

	if (!errand || parse_packet(ctx, &packet, ALL_PACKETS) != CONTINUE)
		return XDP_DROP;
	packet.now = bpf_jiffies64();
	ending.stateless = errand->stateless;
	ending.real_server = number = errand->real_server;
	way.method = errand->method;
	way.port = errand->port;
	way.server = bpf_map_lookup_elem(&real_servers, &number);
	way.hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!way.server || !way.hop)
		return conclude(ctx, NO_ROUTE, &ending);
	outcome = go_by_detour(ctx, &packet, &way, number, &ending);
	return conclude(ctx, ending.stateless && ending.action ? FORWARDED_STATELESS : outcome, &ending);
}
