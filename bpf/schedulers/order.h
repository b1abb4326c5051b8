/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What schedulers pick from: slots, laid out by the controller (levels and slots, see abi.h). Every scheduler is one function
 * `pick_...` in a file of its own beside this one. It answers the index of a slot, or NO_SLOT if no real server is usable,
 * and is asked only for services that have slots.
 */
#pragma once

#include "../overload.h"

#define NO_SLOT (-1)
#define LEVELS_LOG2_MAX 16
#define BLOCK 64			/* slots that are gone through at a time */
#define BLOCKS_MAX 1024			/* 65,536 real servers of one service: no more are looked at */

static __always_inline const struct schedule_level *
level_at(__u32 index)
{
	return bpf_map_lookup_elem(&schedule_levels, &index);
}

static __always_inline const struct schedule_slot *
slot_at(__u32 index)
{
	return bpf_map_lookup_elem(&schedule_slots, &index);
}

static __always_inline const struct load *
load_of(__u32 real_server)
{
	return bpf_map_lookup_elem(&loads, &real_server);
}

/* The only level of a service whose scheduler has one. */
static __always_inline const struct schedule_level *
only_level(const struct virtual_service *service)
{
	return level_at(service->first_level);
}

static __always_inline __u32
blocks_in(const struct schedule_level *level)
{
	return level ? (level->slot_count + BLOCK - 1) / BLOCK : 0;
}

/* Index of the level that `position` lies in: the last one that starts at or before it. */
static __always_inline __u32
find_level(const struct virtual_service *service, __u64 position)
{
	__u32 low = service->first_level, count = service->level_count;

	for (int step = 0; step < LEVELS_LOG2_MAX && count > 1; step++) {
		__u32 half = count / 2, middle = low + half;
		const struct schedule_level *level = level_at(middle);

		if (level && level->start <= position) {
			low = middle;
			count -= half;
		} else {
			count = half;
		}
	}
	return low;
}

static __always_inline int
slot_in_level(const struct schedule_level *level, __u64 position)
{
	if (!level || !level->slot_count)
		return NO_SLOT;
	return level->first_slot + (position - level->start) % level->slot_count;
}

/* Index of the slot at a position of the cycle. */
static __always_inline int
slot_in_cycle(const struct virtual_service *service, __u64 position)
{
	return slot_in_level(level_at(find_level(service, position)), position);
}

/* A real server that is quiesced or overloaded keeps its place in an order or table, and is not picked. */
static __always_inline bool
is_pickable(const struct schedule_slot *slot)
{
	const struct load *load = load_of(slot->real_server);

	return slot->weight > 0 && load && !is_overloaded(slot->real_server, load, slot->calm);
}
