/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ovf: the greatest weight that has no more active connections than its weight says (so one of weight 1 gets two), and is
 * not overloaded. The slots are sorted by weight, so it is the first.
 */
#pragma once

#include "first_fit.h"

static __always_inline bool
has_room(const struct schedule_slot *slot, const struct load *load)
{
	return load->active <= (__u32)slot->weight;
}

static long
try_room(__u32 block, void *fit)
{
	return try_block(fit, block, has_room);
}

static __always_inline int
pick_overflow(const struct virtual_service *service)
{
	return first_fit(service, try_room);
}
