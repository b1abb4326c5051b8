/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sh: by the client's address, with sh-port by its port too. 256 places go round the real servers, each getting as many in a row
 * as its weight says. With sh-fallback (flag 1) a client of a server that cannot be picked goes on from place to place.
 */
#pragma once

#include "table.h"

#define SOURCE_HASH_PLACES 256

struct source_search {
	__u32 first_slot;
	__u32 start;			/* place */
	int found;
};

/* The client's own place is added twice: so IPVS does it. */
static long
try_next_place(__u32 step, void *context)
{
	struct source_search *search = context;
	__u32 index = search->first_slot + (2 * search->start + step) % SOURCE_HASH_PLACES;
	const struct schedule_slot *slot = slot_at(index);

	if (!slot || !is_pickable(slot))
		return 0;
	search->found = index;
	return 1;
}

static __always_inline int
pick_by_source(const struct virtual_service *service, const struct facts *packet)
{
	const struct schedule_level *level = only_level(service);
	struct source_search search;
	int index;

	if (!level || level->slot_count != SOURCE_HASH_PLACES)
		return NO_SLOT;
	search.start = hash_to_byte(client_sum(service, packet));
	index = pick_from_table(level, search.start);
	if (index != NO_SLOT || !(service->flags & SERVICE_SCHED_FLAG1))
		return index;
	search.first_slot = level->first_slot;
	search.found = NO_SLOT;
	bpf_loop(SOURCE_HASH_PLACES, try_next_place, &search, 0);
	return search.found;
}
