/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only packets need that are not plain: SCTP, IPv4 options, IPv6 extension headers. They live the life of any packet, in
 * a program of their own, so that the others pay nothing for them.
 */
#pragma once

#include "concern.h"
#include "ipv4_options.h"
#include "ipv6_headers.h"
#include "parse.h"

static __always_inline bool
has_options(const struct facts *packet)
{
	return packet->family == FAMILY_IPV4 && packet->transport_offset - packet->network_offset != sizeof(struct iphdr);
}

/* Of what the parser for plain packets calls NOT_TRANSPORT: is it that only for the parser? */
static __always_inline bool
is_uncommon(const struct facts *packet)
{
	if (packet->family == FAMILY_IPV4 ? !is_balanced(packet->protocol, ALL_PACKETS)
					  : packet->protocol != IPPROTO_SCTP && !is_extension(packet->protocol))
		return false;
	return is_of_concern(packet);
}

/* The kernel would have dropped it before IPVS saw it, or not. */
static __always_inline bool
is_ipv4_header_right(struct xdp_md *ctx, const struct facts *packet)
{
	__u32 size = packet->transport_offset - packet->network_offset;

	return fold(sum_frame(ctx, packet->network_offset, size)) == 0xffff &&
	       are_options_forwardable(ctx, packet->network_offset + sizeof(struct iphdr), packet->transport_offset);
}

/* What else has to be known of a packet before its connection is looked for. */
static __always_inline enum outcome
examine(struct xdp_md *ctx, struct facts *packet)
{
	if (has_options(packet) && !is_ipv4_header_right(ctx, packet))
		return MALFORMED;
	if (packet->protocol == IPPROTO_SCTP)
		packet->sctp_event = read_sctp_event(ctx, packet->transport_offset, packet->network_offset + packet->length);
	return CONTINUE;
}

/* ... and after it has been found. */
static __always_inline void
foresee_state(struct facts *packet, const struct connection *line)
{
	if (packet->protocol == IPPROTO_SCTP)
		packet->other_state = sctp_next_state(packet->sctp_event, direction_on(line), line->state);
}

/* IPVS drops what has no whole chunk, unless it belongs to a connection. */
static __always_inline bool
is_sctp_without_chunk(const struct facts *packet)
{
	return packet->protocol == IPPROTO_SCTP && packet->sctp_event == SCTP_EVENT_NONE;
}

/* A request came by the virtual address. */
static __always_inline void
fill_options_of_request(struct xdp_md *ctx, const struct facts *packet)
{
	__u32 address = destination_ipv4(packet);

	if (has_options(packet))
		fill_options(ctx, packet->network_offset, packet->transport_offset, address, address);
}

/* A reply leaves by the virtual address, which so stands in its recorded route; it came by the one that faces the real server. */
static __always_inline void
fill_options_of_reply(struct xdp_md *ctx, const struct facts *packet, const struct connection *line)
{
	const struct connection *request = connection_at(line->peer);
	__u32 number = line->real_server;
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);

	/* Otherwise it goes to the host, which does the like. */
	if (has_options(packet) && request && hop && packet->ttl > 1)
		fill_options(ctx, packet->network_offset, packet->transport_offset, request->addresses[0] >> 32,
			     *(const __u32 *)hop->source_address);
}
