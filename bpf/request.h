/* SPDX-License-Identifier: GPL-2.0-only */
/* From a client to the real server of its connection, by its forwarding method. */
#pragma once

#include "cut.h"
#include "departure.h"
#include "ending.h"
#include "forwarding/direct_route.h"
#include "forwarding/encapsulate.h"
#include "forwarding/masquerade.h"
#include "forwarding/tunnel.h"
#include "parse.h"
#include "tcp_state.h"
#include "traffic.h"

/* Rewritten for the real server but for its TTL: the kernel forwards it, cuts it, asks for the neighbour. */
static __always_inline void
leave_to_host(struct xdp_md *ctx, const struct packet *packet, bool make_checksum, struct ending *ending)
{
	if (make_checksum)
		make_udp_checksum(ctx, packet->network_offset, packet->transport_offset, packet->family);
	ending->action = XDP_PASS;
}

static __always_inline enum outcome
too_big(__u32 mtu, struct ending *ending)
{
	ending->mtu = mtu;
	return TOO_BIG;
}

/*
 * For DR and TUN, of a packet that the next hop does not take: it is at its real server already, or is cut, or its sender is
 * told (also where it could be cut but for us: most send smaller packets then). room: for the packet itself.
 */
static __always_inline enum outcome
handle_oversize(const struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop, __u8 method, __u32 room,
		struct ending *ending)
{
	if (hop->flags & NEXT_HOP_LOCAL)
		return DELIVERED_LOCALLY;
	if (ending->assembled || !may_be_cut(packet, method) || !is_cut_behind(ctx, hop))
		return too_big(room, ending);
	ending->cuts = true;
	ending->method = method;
	return method == FORWARDING_TUNNEL ? FORWARDED_TUNNEL : FORWARDED_DIRECT_ROUTE;
}

static __always_inline enum outcome
forward_masqueraded(struct xdp_md *ctx, const struct packet *packet, const struct real_server *server,
		    const struct next_hop *hop, enum outcome reachable, struct ending *ending)
{
	bool make_checksum = lacks_udp_checksum(packet);
	enum outcome outcome;

	if (unlikely(reachable == NO_ROUTE || reachable == FORWARDING_DISABLED))
		return reachable;
	if (unlikely(reachable == CONTINUE && is_larger(facts_of(packet), 0, hop, ending) && !packet->may_fragment &&
		     !(hop->flags & NEXT_HOP_LOCAL)))
		return too_big(hop->mtu, ending);

	translate(packet, SIDE_DESTINATION, server->address, server->port ? server->port : packet->destination_port);
	if (unlikely(reachable != CONTINUE || is_larger(facts_of(packet), 0, hop, ending))) {
		leave_to_host(ctx, packet, make_checksum, ending);
		return reachable == CONTINUE && hop->flags & NEXT_HOP_LOCAL ? DELIVERED_LOCALLY : LEFT_TO_HOST;
	}
	outcome = send_translated(ctx, packet, hop, make_checksum);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = depart(ctx, hop, ending);
	return FORWARDED_MASQUERADE;
}

static __always_inline enum outcome
forward_direct(struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop, enum outcome reachable,
	       struct ending *ending)
{
	enum outcome outcome;

	if (unlikely(reachable != CONTINUE))
		return reachable;
	if (unlikely(is_larger(facts_of(packet), 0, hop, ending)))
		return handle_oversize(ctx, packet, hop, FORWARDING_DIRECT_ROUTE, hop->mtu, ending);
	outcome = send_direct(ctx, packet, hop);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = depart(ctx, hop, ending);
	return FORWARDED_DIRECT_ROUTE;
}

static __always_inline enum outcome
forward_tunnelled(struct xdp_md *ctx, const struct packet *packet, __u32 number, const struct real_server *server,
		  const struct next_hop *hop, enum outcome reachable, struct ending *ending)
{
	bool is_ipip = server->tunnel_type == TUNNEL_IPIP;
	__u32 outside = outer_header_size(server) + (likely(is_ipip) ? 0 : shim_size(server));
	enum outcome outcome;

	if (unlikely(reachable != CONTINUE))
		return reachable;
	if (unlikely(is_larger(facts_of(packet), outside, hop, ending)))
		return handle_oversize(ctx, packet, hop, FORWARDING_TUNNEL, hop->mtu - outside, ending);
	outcome = likely(is_ipip) ? send_tunnelled(ctx, packet, hop, server)
				  : (enum outcome)encapsulate(ctx, facts_of(packet), number);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = depart(ctx, hop, ending);
	return FORWARDED_TUNNEL;
}

/* Which real server a packet of a client goes to, and how. */
struct destination {
	const struct real_server *server;
	__u32 number;			/* of the real server */
	__u8 method;
};

/* A known connection says it, and moves on in its states. */
static __always_inline enum outcome
follow_connection(struct xdp_md *ctx, struct connection *line, const struct packet *packet, struct destination *destination)
{
	__u32 number = line->real_server;

	/* Nearly always the same as at first; another is looked for among all that are this host's. */
	if (unlikely(!is_same_mac(packet->link->h_dest, line->mac)) && !is_for_this_host(ctx, packet->link))
		return NOT_FOR_THIS_HOST;
	destination->number = number;
	destination->method = line->flags & CONNECTION_METHOD;
	destination->server = bpf_map_lookup_elem(&real_servers, &number);
	/* As IPVS: the client hears nothing, and the connection is not kept alive. */
	if (unlikely(!destination->server || destination->server->flags & REAL_SERVER_DELETED))
		return REAL_SERVER_REMOVED;
	advance(line, facts_of(packet), destination->method == FORWARDING_MASQUERADE ? TCP_INPUT : TCP_INPUT_ONLY);
	return CONTINUE;
}

/* What has no hop to go may have none left. */
static __always_inline bool
leads_to_this_host(struct xdp_md *ctx, const struct next_hop *hop, __u32 number, __u32 now)
{
	return refresh_next_hop(ctx, hop, number, now) == CONTINUE && hop->flags & NEXT_HOP_LOCAL;
}

/* Counted, then sent by its forwarding method. */
static __always_inline enum outcome
forward(struct xdp_md *ctx, const struct packet *packet, const struct destination *destination, struct ending *ending)
{
	__u32 number = destination->number;
	const struct real_server *server = destination->server;
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);
	enum outcome reachable;

	if (unlikely(!server || !hop))
		return NO_ROUTE;
	count_in(number, facts_of(packet));
	ending->answers = true;
	ending->real_server = number;
	if (unlikely(packet->ttl <= 1) && !leads_to_this_host(ctx, hop, number, packet->now))
		return TTL_EXCEEDED;

	reachable = refresh_next_hop(ctx, hop, number, packet->now);
	switch (destination->method) {
	case FORWARDING_MASQUERADE:
		return forward_masqueraded(ctx, packet, server, hop, reachable, ending);
	case FORWARDING_DIRECT_ROUTE:
		return forward_direct(ctx, packet, hop, reachable, ending);
	default:
		return forward_tunnelled(ctx, packet, number, server, hop, reachable, ending);
	}
}
