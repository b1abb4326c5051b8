/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For schedulers that compare real servers: goes through all slots of a level, in their order, and finds the one with the least
 * cost for its weight; the first of several. There may be thousands, so what is done for each is kept to a few
 * instructions, and slots and loads lie close together.
 *
 * A block is a function of its own, which the verifier checks once; and between blocks only the best slot's index is
 * handed on, since the stack is short here.
 */
#pragma once

#include "order.h"

enum cost {
	COST_OF_LOAD,			/* all connections */
	COST_OF_DELAY,			/* the active connections and the new one */
};

/* An active connection weighs as much as 256 inactive ones, more or less. */
static __always_inline __u64
cost_of(enum cost kind, const struct load *load)
{
	if (kind == COST_OF_DELAY)
		return (__u64)load->active + 1;
	return ((__u64)load->active << 8) + load->inactive;
}

/* The better of `best` and the slots of the level's block. level: index. */
static __always_inline int
least_in_block(__u32 level, __u32 block, int best, enum cost kind)
{
	/* Any cost for a weight above 0 is less than 1 for a weight of 0. */
	__u64 least = 1, its_weight = 0;
	const struct schedule_slot *slot = best == NO_SLOT ? NULL : slot_at(best);
	const struct load *load = slot ? load_of(slot->real_server) : NULL;
	const struct schedule_level *slots = level_at(level);
	__u32 next, end;

	if (!slots)
		return best;
	end = slots->first_slot + slots->slot_count;
	next = slots->first_slot + block * BLOCK;
	if (load) {
		least = cost_of(kind, load);
		its_weight = (__u32)slot->weight;
	}
#pragma clang loop unroll(disable)
	for (__u32 step = 0; step < BLOCK; step++) {
		__u32 index = next + step;
		__u64 cost, weight;

		slot = slot_at(index);
		if (unlikely(index >= end || !slot))
			break;
		load = load_of(slot->real_server);
		if (unlikely(!load) || is_overloaded(slot->real_server, load, slot->calm))
			continue;
		cost = cost_of(kind, load);
		weight = (__u32)slot->weight;
		/* cost / weight >= least / its_weight, without dividing */
		if (likely(cost * its_weight >= least * weight))
			continue;
		least = cost;
		its_weight = weight;
		best = index;
		/* A branch that is hardly ever taken, and not three choices a slot. */
		barrier_var(best);
	}
	return best;
}

__noinline int
least_load_in_block(__u32 level, __u32 block, int best)
{
	return least_in_block(level, block, best, COST_OF_LOAD);
}

__noinline int
least_delay_in_block(__u32 level, __u32 block, int best)
{
	return least_in_block(level, block, best, COST_OF_DELAY);
}

/* level: index. */
__noinline int
find_least_load(__u32 level)
{
	__u32 blocks = blocks_in(level_at(level));
	int best = NO_SLOT;

	for (__u32 block = 0; block < BLOCKS_MAX && block < blocks; block++)
		best = least_load_in_block(level, block, best);
	return best;
}

__noinline int
find_least_delay(__u32 level)
{
	__u32 blocks = blocks_in(level_at(level));
	int best = NO_SLOT;

	for (__u32 block = 0; block < BLOCKS_MAX && block < blocks; block++)
		best = least_delay_in_block(level, block, best);
	return best;
}
