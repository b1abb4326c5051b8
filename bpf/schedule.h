/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which real server a new connection goes to. The order of picks is a cycle that the controller has laid out (levels of
 * slots, see abi.h); the cursor moves by one each pick, so two CPUs never pick the same position.
 */
#pragma once

#include "maps.h"

#define LEVELS_LOG2_MAX 16

/* The level that `position` lies in: the last one that starts at or before it. */
static __always_inline const struct schedule_level *
find_level(const struct virtual_service *service, __u64 position)
{
	__u32 low = service->first_level, count = service->level_count;
	const struct schedule_level *level;

	for (int step = 0; step < LEVELS_LOG2_MAX && count > 1; step++) {
		__u32 half = count / 2, middle = low + half;

		level = bpf_map_lookup_elem(&schedule_levels, &middle);
		if (!level)
			return NULL;
		if (level->start <= position) {
			low = middle;
			count -= half;
		} else {
			count = half;
		}
	}
	return bpf_map_lookup_elem(&schedule_levels, &low);
}

static __always_inline const struct schedule_slot *
slot_at(const struct virtual_service *service, __u64 position)
{
	const struct schedule_level *level = find_level(service, position);
	__u32 index;

	if (!level || !level->slot_count)
		return NULL;
	index = level->first_slot + (position - level->start) % level->slot_count;
	return bpf_map_lookup_elem(&schedule_slots, &index);
}

/* rr and wrr: the next position of the cycle. NULL: no real server is usable. */
static __always_inline const struct schedule_slot *
schedule(const struct virtual_service *service)
{
	__u32 number = service->number;
	struct cursor *cursor;
	__u64 position;

	if (!service->cycle)
		return NULL;
	cursor = bpf_map_lookup_elem(&cursors, &number);
	if (!cursor)
		return NULL;
	position = __sync_fetch_and_add(&cursor->position, 1) - service->origin;
	return slot_at(service, position % service->cycle);
}

/* Without a line to remember the choice in: the same client port always gets the same position. */
static __always_inline const struct schedule_slot *
schedule_by_hash(const struct virtual_service *service, __u64 hash)
{
	return service->cycle ? slot_at(service, (hash >> 16) % service->cycle) : NULL;
}
