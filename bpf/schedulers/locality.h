/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lblc and lblcr share: which real servers the clients of one destination address went to last, so that caches see the same
 * requests again. Kept in `localities` by service and destination; an entry made for an earlier order of the service, or
 * not used for a day, is as good as none.
 */
#pragma once

#include "client.h"
#include "least_connection.h"
#include "round_robin.h"

#define LOCALITY_TIMEOUT_S 86400	/* net.ipv4.vs.lblc_expiration, lblcr_expiration */

static __always_inline void
fill_locality_key(const struct virtual_service *service, const struct facts *packet, struct locality_key *key)
{
	clear(key, sizeof(*key));
	key->service = service->number;
	if (packet->family == FAMILY_IPV4) {
		*(__u32 *)key->address = destination_ipv4(packet);
	} else {
		copy(key->address, &packet->addresses[2], 8);
		copy(key->address + 8, &packet->addresses[3], 8);
	}
}

static __always_inline bool
is_stale(__u32 since, __u32 now)
{
	return now - since > LOCALITY_TIMEOUT_S * limits.hz;
}

/* NULL: nothing that counts is known. */
static __always_inline struct locality *
find_locality(const struct virtual_service *service, const struct locality_key *key, __u32 now)
{
	struct locality *locality = bpf_map_lookup_elem(&localities, key);

	if (!locality || (__s64)(locality->stamp - service->origin) < 0 || is_stale(locality->used, now))
		return NULL;
	locality->used = now;
	return locality;
}

/* A real server that is still one of the service's. */
static __always_inline const struct real_server *
find_member(const struct virtual_service *service, __u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (!server || server->service != service->number || server->flags & REAL_SERVER_DELETED)
		return NULL;
	return server;
}

struct idle_search {
	__u32 first_slot;
	bool found;
};

static long
is_half_idle(__u32 step, void *context)
{
	struct idle_search *search = context;
	const struct schedule_slot *slot = slot_at(search->first_slot + step);
	const struct load *load = slot ? load_of(slot->real_server) : NULL;

	search->found = load && (__u64)load->active * 2 < (__u64)slot->weight;
	return search->found;
}

/* More active connections than its weight says, while another real server has not half of its own. */
static __always_inline bool
is_to_be_spared(const struct virtual_service *service, __u32 number, __s32 weight)
{
	const struct schedule_level *level = only_level(service);
	const struct load *load = load_of(number);
	struct idle_search search = {};

	if (!level || !load || load->active <= (__u32)weight)
		return false;
	search.first_slot = level->first_slot;
	bpf_loop(level->slot_count, is_half_idle, &search, 0);
	return search.found;
}

/* Where each CPU makes a locality up: it is too large for the stack. */
ARRAY(locality_drafts, struct locality);

/* Without room nothing is remembered, and the next client is scheduled anew. */
static __always_inline void
add_locality(const struct virtual_service *service, const struct locality_key *key, __u32 real_server, __u32 now)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct locality *draft = bpf_map_lookup_elem(&locality_drafts, &cpu);
	struct cursor *cursor = cursor_of(service);

	if (!draft || !cursor)
		return;
	draft->stamp = __sync_fetch_and_add(&cursor->position, 1);
	draft->used = now;
	draft->changed = now;
	draft->count = 1;
	draft->real_servers[0] = real_server;
	bpf_map_update_elem(&localities, key, draft, BPF_ANY);
}

/* Number of a real server that is not known. */
#define NO_SERVER (-1)
