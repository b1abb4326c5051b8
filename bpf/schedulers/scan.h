/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For schedulers that compare real servers: goes through all slots of a level, in their order, and finds the one with the least
 * cost for its weight; the first of several. What is done for each is kept to a few instructions, as there may be
 * thousands: slots and loads lie close together, and each call of bpf_loop's looks at a block of them.
 */
#pragma once

#include "order.h"

#define BLOCK 32
#define BLOCKS_MAX (1 << 15)

struct scan {
	__u32 next;			/* slot */
	__u32 end;
	/* What counts for a real server's cost. */
	__u32 each_active;
	__u32 each_inactive;
	__u32 always;
	/* The best so far. */
	__u32 weight;
	__u64 cost;
	int slot;			/* index */
};

static long
scan_block(__u32 block, void *context)
{
	struct scan *scan = context;
	__u32 next = scan->next, end = scan->end;
	__u64 each_active = scan->each_active, each_inactive = scan->each_inactive, always = scan->always;
	__u64 least = scan->cost, its_weight = scan->weight;
	int best = scan->slot;

	scan->next = next + BLOCK;
#pragma clang loop unroll(disable)
	for (__u32 step = 0; step < BLOCK; step++) {
		__u32 index = next + step;
		const struct schedule_slot *slot = slot_at(index);
		const struct load *load;
		__u64 cost, weight;

		if (index >= end || !slot)
			break;
		load = load_of(slot->real_server);
		if (!load || is_overloaded(slot->real_server, load))
			continue;
		cost = load->active * each_active + load->inactive * each_inactive + always;
		weight = slot->weight;
		/* cost / weight >= least / its_weight, without dividing */
		if (cost * its_weight >= least * weight)
			continue;
		least = cost;
		its_weight = weight;
		best = index;
	}
	scan->cost = least;
	scan->weight = its_weight;
	scan->slot = best;
	return next + BLOCK >= end;
}

/* level: index. A function of its own, which the verifier checks once. */
__noinline int
find_least_cost(__u32 level, __u32 each_active, __u32 each_inactive, __u32 always)
{
	const struct schedule_level *found = level_at(level);
	struct scan scan = {
		.each_active = each_active,
		.each_inactive = each_inactive,
		.always = always,
		/* Any cost for a weight above 0 is less than 1 for a weight of 0. */
		.cost = 1,
		.weight = 0,
		.slot = NO_SLOT,
	};

	if (!found)
		return NO_SLOT;
	scan.next = found->first_slot;
	scan.end = found->first_slot + found->slot_count;
	bpf_loop(BLOCKS_MAX, scan_block, &scan, 0);
	return scan.slot;
}
