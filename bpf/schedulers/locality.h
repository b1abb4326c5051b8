/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lblc and lblcr share: which real servers the clients of one destination address went to last, so that caches see the same
 * requests again. Kept in `localities` by service and destination; an entry made for an earlier order of the service, or
 * not used for long (lblc_expiration, lblcr_expiration), is as good as none.
 */
#pragma once

#include "client.h"
#include "least_connection.h"
#include "round_robin.h"

/* Number of a real server that is not known. */
#define NO_SERVER (-1)

/* Where each CPU makes up what it asks for and adds: the stack is short here. */
struct locality_draft {
	struct locality_key key;
	__u32 pad;
	struct locality locality;
};

ARRAY(locality_drafts, struct locality_draft); /* [CPU] */

/* With the key of a packet's destination. */
static __always_inline struct locality_draft *
draft_locality(const struct virtual_service *service, const struct facts *packet)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct locality_draft *draft = bpf_map_lookup_elem(&locality_drafts, &cpu);

	if (!draft)
		return NULL;
	clear(&draft->key, sizeof(draft->key));
	draft->key.service = service->number;
	if (packet->family == FAMILY_IPV4) {
		*(__u32 *)draft->key.address = destination_ipv4(packet);
	} else {
		copy(draft->key.address, &packet->addresses[2], 8);
		copy(draft->key.address + 8, &packet->addresses[3], 8);
	}
	return draft;
}

static __always_inline bool
is_stale(const struct virtual_service *service, __u32 since, __u32 now)
{
	return now - since > (service->scheduler == SCHEDULER_LBLC ? settings.lblc_expiration : settings.lblcr_expiration);
}

/* NULL: nothing that counts is known. */
static __always_inline struct locality *
find_locality(const struct virtual_service *service, const struct locality_draft *draft, __u32 now)
{
	struct locality *locality = bpf_map_lookup_elem(&localities, &draft->key);

	if (!locality || (__s64)(locality->stamp - service->origin) < 0 || is_stale(service, locality->used, now))
		return NULL;
	locality->used = now;
	return locality;
}

/* If there is no room, nothing is remembered, and the next client is scheduled anew. */
static __always_inline void
add_locality(const struct virtual_service *service, struct locality_draft *draft, __u32 real_server, __u32 now)
{
	struct cursor *cursor = cursor_of(service);

	if (!cursor)
		return;
	draft->locality.stamp = __sync_fetch_and_add(&cursor->position, 1);
	draft->locality.used = now;
	draft->locality.changed = now;
	draft->locality.count = 1;
	draft->locality.real_servers[0] = real_server;
	bpf_map_update_elem(&localities, &draft->key, &draft->locality, BPF_ANY);
}

/* A real server that is still one of the service's. service: number. */
static __always_inline const struct real_server *
find_member(__u32 service, __u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (!server || server->service != service || server->flags & REAL_SERVER_DELETED)
		return NULL;
	return server;
}

struct idle_search {
	__u32 next;			/* slot */
	bool found;
};

static long
is_half_idle(__u32 step, void *context)
{
	struct idle_search *search = context;
	const struct schedule_slot *slot = slot_at(search->next++);
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
	search.next = level->first_slot;
	bpf_loop(level->slot_count, is_half_idle, &search, 0);
	return search.found;
}
