/* SPDX-License-Identifier: GPL-2.0-only */
/* fo: the greatest weight that is not overloaded. The slots are sorted by weight, so it is the first. */
#pragma once

#include "first_fit.h"

static __always_inline bool
is_any(const struct schedule_slot *slot, const struct load *load)
{
	return true;
}

static long
try_any(__u32 block, void *fit)
{
	return try_block(fit, block, is_any);
}

static __always_inline int
pick_failover(const struct virtual_service *service)
{
	return first_fit(service, try_any);
}
