/* SPDX-License-Identifier: GPL-2.0-only */
/* DR: the frame goes to the real server's MAC, the packet stays as it is but for its TTL. */
#pragma once

#include "masquerade.h"

static __always_inline enum outcome
send_direct(struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop)
{
	decrement_hops(packet);
	if (!make_room(ctx, facts_of(packet), hop, 0) || !write_link_header(ctx, hop, ethertype_of(packet->family)))
		return NO_HEADROOM;
	return CONTINUE;
}
