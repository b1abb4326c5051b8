/* SPDX-License-Identifier: GPL-2.0-only */
/* GRE (RFC 2784) between outer header and packet. With a key, a number or a route it is not our director's. */
#pragma once

#include "decapsulate.h"
#include "tunnel_headers.h"

static __always_inline bool
parse_gre(struct xdp_md *ctx, struct outer *outer)
{
	struct gre_header gre = {};

	if (bpf_xdp_load_bytes(ctx, outer->network_offset + outer->size, &gre, GRE_SIZE) || gre.flags & ~GRE_HAS_CHECKSUM)
		return false;
	outer->is_summed = gre.flags & GRE_HAS_CHECKSUM;
	outer->size += outer->is_summed ? sizeof(gre) : GRE_SIZE;
	outer->protocol = gre.ethertype == bpf_htons(ETH_P_IP) ? IPPROTO_IPIP : IPPROTO_IPV6;
	return gre.ethertype == bpf_htons(ETH_P_IP) || gre.ethertype == bpf_htons(ETH_P_IPV6);
}
