/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * twos: of two real servers drawn at random, each as often as its weight says, the less loaded one. The slots are laid out as
 * wrr's, so that a random position of the cycle is such a draw, and a thousand real servers take no longer than ten.
 */
#pragma once

#include "least_connection.h"

#define DRAWS_MAX 8

/* NO_SLOT: it is overloaded. */
__noinline int
draw_once(const struct virtual_service *service)
{
	__u64 random = (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32();
	int index = service && service->cycle ? slot_in_cycle(service, random % service->cycle) : NO_SLOT;
	const struct schedule_slot *slot = index == NO_SLOT ? NULL : slot_at(index);

	return slot && is_pickable(slot) ? index : NO_SLOT;
}

/* NO_SLOT: nearly all seem to be overloaded. */
static __always_inline int
draw(const struct virtual_service *service)
{
	int index = NO_SLOT;

	for (int attempt = 0; attempt < DRAWS_MAX && index == NO_SLOT; attempt++)
		index = draw_once(service);
	return index;
}

/* Index of the last level, which holds all usable real servers. */
static __always_inline __u32
widest_level(const struct virtual_service *service)
{
	return service->first_level + service->level_count - 1;
}

static __always_inline bool
is_slot_less_loaded(int index, int other)
{
	const struct schedule_slot *a = slot_at(index), *b = slot_at(other);
	const struct load *load_a = a ? load_of(a->real_server) : NULL, *load_b = b ? load_of(b->real_server) : NULL;

	if (!load_a || !load_b)
		return false;
	return cost_of_connections(load_a) * (__u64)b->weight < cost_of_connections(load_b) * (__u64)a->weight;
}

/* NO_SLOT: wlc picks. */
static __always_inline int
pick_of_two_choices(const struct virtual_service *service)
{
	int first = draw(service), second = draw(service);

	if (first == NO_SLOT || second == NO_SLOT)
		return NO_SLOT;
	return is_slot_less_loaded(second, first) ? second : first;
}
