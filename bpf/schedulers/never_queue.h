/* SPDX-License-Identifier: GPL-2.0-only */
/* nq: the first idle real server whatever its weight; if there is none, as sed. */
#pragma once

#include "first_fit.h"
#include "shortest_expected_delay.h"

static __always_inline bool
is_idle(const struct schedule_slot *slot, const struct load *load)
{
	return !load->active;
}

static long
try_idle(__u32 step, void *fit)
{
	return try_slot(fit, is_idle);
}

static __always_inline int
pick_never_queue(const struct virtual_service *service)
{
	int idle = first_fit(service, try_idle);

	return idle == NO_SLOT ? pick_shortest_expected_delay(service) : idle;
}
