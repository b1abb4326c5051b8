/* SPDX-License-Identifier: GPL-2.0-only */
/* nq: the first idle real server, whatever its weight. If there is none, sed picks. */
#pragma once

#include "first_fit.h"

static __always_inline bool
is_idle(const struct schedule_slot *slot, const struct load *load)
{
	return !load->active;
}

static long
try_idle(__u32 block, void *fit)
{
	return try_block(fit, block, is_idle);
}

static __always_inline int
pick_idle(const struct virtual_service *service)
{
	return first_fit(service, try_idle);
}
