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

static __always_inline enum outcome
send_encapsulated(struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop, const struct real_server *server)
{
	struct inner inner = read_inner(packet), outside = inner;
	enum outcome outcome;

	outside.protocol = server->tunnel_type == TUNNEL_GRE ? IPPROTO_GRE : IPPROTO_UDP;
	outside.length += shim_size(server);
	decrement_hops(packet);
	outcome = wrap(ctx, facts_of(packet), &outside, hop, server, shim_size(server));
	if (outcome != CONTINUE)
		return outcome;
	return write_shim(ctx, facts_of(packet), &outside, inner.protocol, hop, server) ? CONTINUE : NO_HEADROOM;
}
