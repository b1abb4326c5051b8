/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For schedulers that take the first slot that suits them. bpf_loop steps from block to block, and not from slot to slot: each step
 * is an indirect call, which costs more than looking at four slots.
 */
#pragma once

#include "order.h"

struct fit {
	__u32 level;			/* index */
	int found;
};

typedef bool (*condition)(const struct schedule_slot *slot, const struct load *load);

static __always_inline int
first_in_block(const struct schedule_level *slots, __u32 block, condition suits)
{
	__u32 end = slots->first_slot + slots->slot_count, next = slots->first_slot + block * BLOCK;

#pragma clang loop unroll(disable)
	for (__u32 step = 0; step < BLOCK; step++) {
		__u32 index = next + step;
		const struct schedule_slot *slot = slot_at(index);
		const struct load *load;

		if (unlikely(index >= end || !slot))
			break;
		load = load_of(slot->real_server);
		if (likely(load) && !is_overloaded(slot->real_server, load, slot->calm) && suits(slot, load))
			return index;
	}
	return NO_SLOT;
}

static __always_inline long
try_block(struct fit *fit, __u32 block, condition suits)
{
	const struct schedule_level *slots = level_at(fit->level);

	if (slots)
		fit->found = first_in_block(slots, block, suits);
	return fit->found != NO_SLOT;
}

typedef long (*block_tester)(__u32 block, void *fit);

static __always_inline int
first_fit(const struct virtual_service *service, block_tester try_next)
{
	struct fit fit = { .level = service->first_level, .found = NO_SLOT };

	bpf_loop(blocks_in(only_level(service)), try_next, &fit, 0);
	return fit.found;
}
