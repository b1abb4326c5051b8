/* SPDX-License-Identifier: GPL-2.0-only */
/* lc and wlc: the fewest connections for the weight. lc's slots all have the weight 1. */
#pragma once

#include "scan.h"

/* An active connection weighs as much as 256 inactive ones, more or less. */
#define EACH_ACTIVE 256
#define EACH_INACTIVE 1

static __always_inline __u64
cost_of_connections(const struct load *load)
{
	return (__u64)load->active * EACH_ACTIVE + load->inactive * EACH_INACTIVE;
}

/* level: index. */
static __always_inline int
pick_least_connection(__u32 level)
{
	return find_least_cost(level, EACH_ACTIVE, EACH_INACTIVE, 0);
}
