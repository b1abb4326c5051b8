/* SPDX-License-Identifier: GPL-2.0-only */
/* GRE between outer header and packet. */
#pragma once

#include "../tunnel_headers.h"
#include "masquerade.h"
#include "tunnel_checksum.h"

static __always_inline __u32
gre_size(const struct real_server *server)
{
	return server->tunnel_flags & TUNNEL_CHECKSUM_OUTER ? sizeof(struct gre_header) : GRE_SIZE;
}

/* offset: of the GRE header in the frame. length: of it and all that follows. */
static __always_inline bool
write_gre(struct xdp_md *ctx, __u32 offset, __u32 length, enum family inside, const struct real_server *server)
{
	struct gre_header gre = { .ethertype = ethertype_of(inside) };

	if (!(server->tunnel_flags & TUNNEL_CHECKSUM_OUTER))
		return !bpf_xdp_store_bytes(ctx, offset, &gre, GRE_SIZE);
	gre.flags = GRE_HAS_CHECKSUM;
	if (bpf_xdp_store_bytes(ctx, offset, &gre, sizeof(gre)))
		return false;
	gre.check = ~fold(sum_carried(ctx, offset, length));
	return !bpf_xdp_store_bytes(ctx, offset, &gre, sizeof(gre));
}
