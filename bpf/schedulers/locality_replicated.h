/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lblcr: clients of one destination go to the least loaded of a set of real servers. The set grows by the least loaded server of
 * all when its own have too much, and loses its most loaded one when it has not changed for lblcr_expiration.
 */
#pragma once

#include "locality.h"

/* A search of a set for its least or its most loaded real server. */
struct extreme {
	const struct locality *locality;
	__u32 service;			/* number */
	int place;			/* in the set; NOWHERE: none yet */
	bool is_most;
};

#define NOWHERE (-1)

static __always_inline __u32
server_in(const struct locality *locality, __u32 place)
{
	return locality->real_servers[place & (LOCALITY_SERVERS_MAX - 1)];
}

static __always_inline bool
is_eligible(const struct extreme *extreme, __u32 number)
{
	const struct real_server *server = find_member(extreme->service, number);
	const struct load *load = load_of(number);

	if (!server || !load || server->weight <= 0)
		return false;
	return extreme->is_most || !is_overloaded(number, load, calm_of(server->overload));
}

/* Whether one real server has less for its weight than another. */
static __always_inline bool
is_less_loaded(__u32 number, __u32 other)
{
	const struct real_server *a = bpf_map_lookup_elem(&real_servers, &number);
	const struct real_server *b = bpf_map_lookup_elem(&real_servers, &other);
	const struct load *load_a = load_of(number), *load_b = load_of(other);

	if (!a || !b || !load_a || !load_b)
		return false;
	return cost_of_connections(load_a) * (__u64)b->weight < cost_of_connections(load_b) * (__u64)a->weight;
}

static __always_inline bool
is_beyond(const struct extreme *extreme, __u32 number)
{
	__u32 found;

	if (extreme->place == NOWHERE)
		return true;
	found = server_in(extreme->locality, extreme->place);
	return extreme->is_most ? is_less_loaded(found, number) : is_less_loaded(number, found);
}

/* The newest of the set comes first. */
static long
hold_against(__u32 step, void *context)
{
	struct extreme *extreme = context;
	__u32 place = extreme->locality->count - 1 - step;
	__u32 number = server_in(extreme->locality, place);

	if (is_eligible(extreme, number) && is_beyond(extreme, number))
		extreme->place = place;
	return 0;
}

static __always_inline void
take_out(struct locality *locality, __u32 place, __u32 now)
{
	for (__u32 each = 0; each < LOCALITY_SERVERS_MAX - 1; each++)
		if (each >= place)
			locality->real_servers[each] = locality->real_servers[each + 1];
	locality->count--;
	locality->changed = now;
}

static __always_inline void
shrink(struct extreme *extreme, struct locality *locality, __u32 now)
{
	extreme->is_most = true;
	extreme->place = NOWHERE;
	bpf_loop(locality->count, hold_against, extreme, 0);
	if (extreme->place != NOWHERE)
		take_out(locality, extreme->place, now);
}

/* Number of the least loaded real server of the destination's set, or NO_SERVER. */
__noinline int
recall_from_set(const struct virtual_service *service, const struct facts *packet)
{
	const struct locality_draft *draft = service && packet ? draft_locality(service, packet) : NULL;
	struct locality *locality = draft ? find_locality(service, draft, packet->now) : NULL;
	struct extreme extreme = { .locality = locality };
	const struct real_server *server;
	__u32 least;

	if (!locality)
		return NO_SERVER;
	extreme.service = service->number;
	extreme.place = NOWHERE;
	bpf_loop(locality->count, hold_against, &extreme, 0);
	if (extreme.place == NOWHERE)
		return NO_SERVER;
	least = server_in(locality, extreme.place);
	if (locality->count > 1 && is_stale(service, locality->changed, packet->now))
		shrink(&extreme, locality, packet->now);
	server = find_member(service->number, least);
	return server && !is_to_be_spared(service, least, server->weight) ? (int)least : NO_SERVER;
}

struct membership {
	const struct locality *locality;
	__u32 number;
	bool found;
};

static long
is_member_at(__u32 place, void *context)
{
	struct membership *membership = context;

	membership->found = server_in(membership->locality, place) == membership->number;
	return membership->found;
}

/* A full set gives up the real server that it has had longest. */
static __always_inline void
put_in(struct locality *locality, __u32 number, __u32 now)
{
	struct membership membership = { .locality = locality, .number = number };

	bpf_loop(locality->count, is_member_at, &membership, 0);
	if (membership.found)
		return;
	if (locality->count >= LOCALITY_SERVERS_MAX)
		take_out(locality, 0, now);
	locality->real_servers[locality->count & (LOCALITY_SERVERS_MAX - 1)] = number;
	locality->count++;
	locality->changed = now;
}

__noinline int
remember_in_set(const struct virtual_service *service, const struct facts *packet, __u32 number)
{
	struct locality_draft *draft = service && packet ? draft_locality(service, packet) : NULL;
	struct locality *locality = draft ? find_locality(service, draft, packet->now) : NULL;

	if (locality)
		put_in(locality, number, packet->now);
	else if (draft)
		add_locality(service, draft, number, packet->now);
	return 0;
}
