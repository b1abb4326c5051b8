/* SPDX-License-Identifier: GPL-2.0-only */
/* TUN as GRE or GUE: like ipip, with a small header more between outer header and packet. */
#pragma once

#include "gre.h"
#include "gue.h"
#include "tunnel.h"

/* Bytes between outer header and packet. */
static __always_inline __u32
shim_size(const struct real_server *server)
{
	switch (server->tunnel_type) {
	case TUNNEL_GRE:
		return gre_size(server);
	case TUNNEL_GUE:
		return sizeof(struct gue_header);
	default:
		return 0;
	}
}

static __always_inline bool
write_shim(struct xdp_md *ctx, const struct facts *packet, const struct inner *outside, __u8 protocol,
	   const struct next_hop *hop, const struct real_server *server)
{
	__u32 offset = link_header_size(hop) + outer_header_size(server);

	if (server->tunnel_type == TUNNEL_GRE)
		return write_gre(ctx, offset, outside->length, packet->family, server);
	return write_gue(ctx, offset, outside->length, protocol, packet, hop, server);
}

/*
 * A function of its own, which the verifier checks once, apart: ipip must not become dearer. number: of the real server.
 * CONTINUE: ready to be transmitted by its next hop.
 */
__noinline int
encapsulate(struct xdp_md *ctx, struct facts *facts, __u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);
	struct packet packet = {};
	struct inner inner, outside;
	enum outcome outcome;

	if (!facts || !server || !hop)
		return NO_ROUTE;
	*facts_of(&packet) = *facts;
	/* 22: behind two VLAN tags; the mask is for the verifier. */
	packet.network = (void *)(long)ctx->data + (facts->network_offset & 31);
	if (packet.network + sizeof(struct iphdr) > (void *)(long)ctx->data_end)
		return MALFORMED;
	inner = read_inner(&packet);
	outside = inner;
	outside.protocol = server->tunnel_type == TUNNEL_GRE ? IPPROTO_GRE : IPPROTO_UDP;
	outside.length += shim_size(server);
	decrement_hops(&packet);
	outcome = wrap(ctx, facts, &outside, hop, server, shim_size(server));
	if (outcome != CONTINUE)
		return outcome;
	return write_shim(ctx, facts, &outside, inner.protocol, hop, server) ? CONTINUE : NO_HEADROOM;
}
