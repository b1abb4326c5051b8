/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mh, Maglev hashing: by the client's address, with mh-port by its port too, in a table that changes little when real servers come
 * and go. With mh-fallback (flag 1) a client of a server that cannot be picked hashes on until it meets one that can.
 */
#pragma once

#include "siphash.h"
#include "table.h"

#define MAGLEV_PLACES 4093
#define MAGLEV_KEY 2654435761ULL

static __always_inline __u32
maglev_place(__u32 sum)
{
	return siphash_word(sum, MAGLEV_KEY) % MAGLEV_PLACES;
}

struct maglev_search {
	__u32 first_slot;
	__u32 sum;
	__u32 start;			/* place */
	int found;
};

static long
try_next_hash(__u32 step, void *context)
{
	struct maglev_search *search = context;
	__u32 offset = (step + search->start) % MAGLEV_PLACES;
	__u32 index = search->first_slot + maglev_place(search->sum + offset);
	const struct schedule_slot *slot = slot_at(index);

	if (!slot || !is_pickable(slot))
		return 0;
	search->found = index;
	return 1;
}

static __always_inline int
pick_by_maglev(const struct virtual_service *service, const struct facts *packet)
{
	const struct schedule_level *level = only_level(service);
	struct maglev_search search;
	int index;

	if (!level || level->slot_count != MAGLEV_PLACES)
		return NO_SLOT;
	search.sum = client_sum(service, packet);
	search.start = maglev_place(search.sum);
	index = pick_from_table(level, search.start);
	if (index != NO_SLOT || !(service->flags & SERVICE_SCHED_FLAG1))
		return index;
	search.first_slot = level->first_slot;
	search.found = NO_SLOT;
	bpf_loop(MAGLEV_PLACES, try_next_hash, &search, 0);
	return search.found;
}
