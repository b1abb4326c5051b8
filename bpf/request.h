/* SPDX-License-Identifier: GPL-2.0-only */
/* From a client to the real server of its connection, by its forwarding method. */
#pragma once

#include "ending.h"
#include "forwarding/direct_route.h"
#include "forwarding/masquerade.h"
#include "forwarding/tunnel.h"
#include "parse.h"
#include "service.h"
#include "tcp_state.h"
#include "traffic.h"

/* Which real server a packet of a client goes to, and how. */
struct destination {
	const struct real_server *server;
	__u32 number;			/* of the real server */
	__u8 method;
	__be16 port;			/* its own, if the record's is 0 and it is not the one that the client asked for */
};

/*
 * For a packet that does not simply go its way: it is too big, has no hop left, is wrapped in more than an IP header, is at its
 * real server already, or the way is not known. detour.h goes on with it; nothing has been changed in it yet.
 */
static __always_inline enum outcome
leave_to_detour(struct xdp_md *ctx, const struct destination *destination, const struct ending *ending)
{
	struct errand *errand = errand_here();

	if (!errand)
		return NO_ROUTE;
	errand->stateless = ending->stateless;
	errand->method = destination->method;
	errand->port = destination->port;
	errand->real_server = ending->real_server;
	bpf_tail_call(ctx, &errand_programs, ending->assembled ? ERRAND_FORWARD : ERRAND_DETOUR);
	return NO_ROUTE;
}

static __always_inline __be16
real_port(const struct destination *destination, const struct packet *packet)
{
	if (likely(destination->server->port))
		return destination->server->port;
	return destination->port ? destination->port : packet->destination_port;
}

static __always_inline enum outcome
forward_masqueraded(struct xdp_md *ctx, const struct packet *packet, const struct destination *destination,
		    const struct next_hop *hop, struct ending *ending)
{
	enum outcome outcome;
	bool make_checksum;

	if (unlikely(packet->length > hop->mtu))
		return leave_to_detour(ctx, destination, ending);
	make_checksum = translate(packet, SIDE_DESTINATION, destination->server->address, real_port(destination, packet));
	outcome = send_translated(ctx, packet, hop, make_checksum);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = transmit(ctx, hop);
	return FORWARDED_MASQUERADE;
}

static __always_inline enum outcome
forward_direct(struct xdp_md *ctx, const struct packet *packet, const struct destination *destination,
	       const struct next_hop *hop, struct ending *ending)
{
	enum outcome outcome;

	if (unlikely(packet->length > hop->mtu))
		return leave_to_detour(ctx, destination, ending);
	outcome = send_direct(ctx, packet, hop);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = transmit(ctx, hop);
	return FORWARDED_DIRECT_ROUTE;
}

static __always_inline enum outcome
forward_tunnelled(struct xdp_md *ctx, const struct packet *packet, const struct destination *destination,
		  const struct next_hop *hop, struct ending *ending)
{
	const struct real_server *server = destination->server;
	enum outcome outcome;

	if (unlikely(server->tunnel_type != TUNNEL_IPIP || packet->length + outer_header_size(server) > hop->mtu))
		return leave_to_detour(ctx, destination, ending);
	outcome = send_tunnelled(ctx, packet, hop, server);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = transmit(ctx, hop);
	return FORWARDED_TUNNEL;
}

/* A known connection says it, and moves on in its states. */
static __always_inline enum outcome
follow_connection(struct xdp_md *ctx, struct connection *line, const struct packet *packet, struct destination *destination,
		  const struct ending *ending)
{
	__u32 number = line->real_server;

	/* Nearly always the same as at first; another is looked for among all that are this host's. */
	if (unlikely(!is_same_mac(packet->link->h_dest, line->mac)) && !is_for_this_host(ctx, packet->link))
		return NOT_FOR_THIS_HOST;
	destination->number = number;
	destination->method = line->flags & CONNECTION_METHOD;
	destination->server = bpf_map_lookup_elem(&real_servers, &number);
	/* As IPVS: the client hears nothing, and the connection is not kept alive. */
	if (unlikely(!destination->server ||
		     destination->server->flags & (REAL_SERVER_DELETED | REAL_SERVER_PORT_VARIES | REAL_SERVER_FTP))) {
		if (!destination->server || destination->server->flags & REAL_SERVER_DELETED)
			return REAL_SERVER_REMOVED;
		leave_to_ftp(ctx, facts_of(packet), line, false, ending);
		destination->port = port_of_line(destination->server, line);
	}
	advance(line, facts_of(packet), destination->method == FORWARDING_MASQUERADE ? TCP_INPUT : TCP_INPUT_ONLY);
	return CONTINUE;
}

/* Counted, then sent by its forwarding method. */
static __always_inline enum outcome
forward(struct xdp_md *ctx, const struct packet *packet, const struct destination *destination, struct ending *ending)
{
	__u32 number = destination->number;
	const struct real_server *server = destination->server;
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);

	if (unlikely(!server || !hop))
		return NO_ROUTE;
	count_in(number, facts_of(packet));
	ending->answers = true;
	ending->real_server = number;
	if (ending->assembled || unlikely(packet->ttl <= 1 || refresh_next_hop(ctx, hop, number, packet->now) != CONTINUE))
		return leave_to_detour(ctx, destination, ending);
	switch (destination->method) {
	case FORWARDING_MASQUERADE:
		return forward_masqueraded(ctx, packet, destination, hop, ending);
	case FORWARDING_DIRECT_ROUTE:
		return forward_direct(ctx, packet, destination, hop, ending);
	default:
		return forward_tunnelled(ctx, packet, destination, hop, ending);
	}
}
