/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rr and wrr: the next position of the cycle. The cursor moves by one each pick, so two CPUs never pick the same position,
 * and no pick waits for another. Overloaded real servers lose their turn.
 */
#pragma once

#include "order.h"

/* However many are overloaded, a pick does not look at more. */
#define LOST_TURNS_MAX 8192

static __always_inline struct cursor *
cursor_of(const struct virtual_service *service)
{
	__u32 number = service->number;

	return bpf_map_lookup_elem(&cursors, &number);
}

/* Takes `count` positions of the cycle, and answers the first of them. */
static __always_inline __u64
take_positions(const struct virtual_service *service, struct cursor *cursor, __u64 count)
{
	return (__sync_fetch_and_add(&cursor->position, count) - service->origin) % service->cycle;
}

static __always_inline bool
is_pickable_at(int index)
{
	const struct schedule_slot *slot = index == NO_SLOT ? NULL : slot_at(index);

	return slot && is_pickable(slot);
}

/* A search for a real server that is not overloaded. */
struct search {
	const struct virtual_service *service;
	__u64 passed;			/* positions */
	__u32 level;			/* of the last of them */
	__u32 passed_in_level;
	int found;
};

static __always_inline __u64
end_of_level(const struct virtual_service *service, __u32 level)
{
	const struct schedule_level *next = level_at(level + 1);
	bool is_last = level + 1 - service->first_level >= service->level_count;

	return is_last || !next ? service->cycle : next->start;
}

/* Once all real servers of a level were passed, so are its other rounds, which may be billions. */
static __always_inline __u64
rounds_to_pass(struct search *search, __u32 index, const struct schedule_level *level, __u64 position)
{
	if (index != search->level)
		search->passed_in_level = 0;
	search->level = index;
	if (++search->passed_in_level < level->slot_count)
		return 0;
	return end_of_level(search->service, index) - position - 1;
}

static long
search_on(__u32 step, void *context)
{
	struct search *search = context;
	const struct virtual_service *service = search->service;
	struct cursor *cursor = cursor_of(service);
	const struct schedule_level *level;
	__u64 position, rest;
	__u32 index;

	if (!cursor || search->passed >= service->cycle)
		return 1;
	position = take_positions(service, cursor, 1);
	index = find_level(service, position);
	level = level_at(index);
	search->found = slot_in_level(level, position);
	if (!level || is_pickable_at(search->found))
		return 1;
	search->found = NO_SLOT;
	rest = rounds_to_pass(search, index, level, position);
	search->passed++;
	if (rest > service->cycle - search->passed)
		rest = service->cycle - search->passed;
	take_positions(service, cursor, rest);
	search->passed += rest;
	return 0;
}

/*
 * wrr when all are overloaded: IPVS then stands at the beginning of a cycle; but in the last round, which has all real servers
 * in it, after the first pick, it stays where it is.
 */
static __always_inline void
restart_cycle(const struct virtual_service *service, struct cursor *cursor)
{
	const struct schedule_level *last = level_at(service->first_level + service->level_count - 1);
	__u64 left = service->cycle - (cursor->position - service->origin) % service->cycle;

	if (last && left >= last->slot_count && left < service->cycle)
		cursor->restarted = __sync_add_and_fetch(&cursor->position, left);
}

/* Nobody was picked: the turns are not lost. */
static __always_inline void
give_back(const struct virtual_service *service, struct cursor *cursor, __u64 turns)
{
	__sync_fetch_and_add(&cursor->position, -turns);
	if (service->scheduler == SCHEDULER_WRR)
		restart_cycle(service, cursor);
}

/* Some are overloaded, which is rare. */
__noinline int
pick_not_overloaded(const struct virtual_service *service)
{
	struct search search = { .service = service, .passed = 1, .found = NO_SLOT };
	struct cursor *cursor = service ? cursor_of(service) : NULL;

	if (!cursor)
		return NO_SLOT;
	bpf_loop(LOST_TURNS_MAX, search_on, &search, 0);
	if (search.found == NO_SLOT && search.passed >= service->cycle)
		give_back(service, cursor, search.passed);
	return search.found;
}

static __always_inline int
pick_in_turn(const struct virtual_service *service)
{
	struct cursor *cursor = cursor_of(service);
	int index;

	if (!cursor)
		return NO_SLOT;
	index = slot_in_cycle(service, take_positions(service, cursor, 1));
	return likely(is_pickable_at(index)) ? index : pick_not_overloaded(service);
}
