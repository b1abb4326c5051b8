/* SPDX-License-Identifier: GPL-2.0-only */
/* lc and wlc: the fewest connections for the weight. lc's slots all have the weight 1. */
#pragma once

#include "scan.h"

static __always_inline __u64
cost_of_connections(const struct load *load)
{
	return cost_of(COST_OF_LOAD, load);
}

/* level: index. */
static __always_inline int
pick_least_connection(__u32 level)
{
	return find_least_load(level);
}
