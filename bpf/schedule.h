/* SPDX-License-Identifier: GPL-2.0-only */
/* Which real server a new connection goes to: asks the scheduler of the service. */
#pragma once

#include "schedulers/destination_hash.h"
#include "schedulers/failover.h"
#include "schedulers/least_connection.h"
#include "schedulers/locality_based.h"
#include "schedulers/locality_replicated.h"
#include "schedulers/maglev.h"
#include "schedulers/never_queue.h"
#include "schedulers/overflow.h"
#include "schedulers/round_robin.h"
#include "schedulers/shortest_expected_delay.h"
#include "schedulers/source_hash.h"
#include "schedulers/two_choices.h"

struct choice {
	__u32 real_server;		/* number */
	__u8 method;
};

static __always_inline bool
choose_slot(int index, struct choice *choice)
{
	const struct schedule_slot *slot = index == NO_SLOT ? NULL : slot_at(index);

	if (!slot)
		return false;
	choice->real_server = slot->real_server;
	choice->method = slot->method;
	return true;
}

static __always_inline bool
choose_server(__u32 number, struct choice *choice)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (!server)
		return false;
	choice->real_server = number;
	choice->method = server->method;
	return true;
}

/* Where the clients of this destination went before, else to the least loaded real server, as they all do from then on. */
static __always_inline bool
choose_by_locality(const struct virtual_service *service, const struct facts *packet, struct choice *choice)
{
	bool is_replicated = service->scheduler == SCHEDULER_LBLCR;
	int known = is_replicated ? recall_from_set(service, packet) : recall_server(service, packet);

	if (known != NO_SERVER)
		return choose_server(known, choice);
	if (!choose_slot(pick_least_connection(service->first_level), choice))
		return false;
	if (is_replicated)
		remember_in_set(service, packet, choice->real_server);
	else
		remember_server(service, packet, choice->real_server);
	return true;
}

/* Those that look up a table or take what suits: a function of its own, which the verifier checks once. */
__noinline int
pick_by_looking(const struct virtual_service *service, const struct facts *packet)
{
	if (!service || !packet)
		return NO_SLOT;
	switch (service->scheduler) {
	case SCHEDULER_DH:
		return pick_by_destination(service, packet);
	case SCHEDULER_SH:
		return pick_by_source(service, packet);
	case SCHEDULER_MH:
		return pick_by_maglev(service, packet);
	case SCHEDULER_FO:
		return pick_failover(service);
	case SCHEDULER_OVF:
		return pick_overflow(service);
	case SCHEDULER_NQ:
		return pick_idle(service);
	case SCHEDULER_TWOS:
		return pick_of_two_choices(service);
	default:
		return NO_SLOT;
	}
}

static __always_inline int
pick_slot(const struct virtual_service *service, const struct facts *packet)
{
	int index;

	switch (service->scheduler) {
	case SCHEDULER_RR:
	case SCHEDULER_WRR:
		return pick_in_turn(service);
	case SCHEDULER_LC:
	case SCHEDULER_WLC:
		return pick_least_connection(service->first_level);
	case SCHEDULER_SED:
		return pick_shortest_expected_delay(service->first_level);
	default:
		index = pick_by_looking(service, packet);
	}
	if (index == NO_SLOT && service->scheduler == SCHEDULER_NQ)
		return pick_shortest_expected_delay(service->first_level);
	if (index == NO_SLOT && service->scheduler == SCHEDULER_TWOS)
		return pick_least_connection(widest_level(service));
	return index;
}

/* False: no real server is usable. */
static __always_inline bool
schedule(const struct virtual_service *service, const struct facts *packet, struct choice *choice)
{
	if (!service->cycle)
		return false;
	if (service->scheduler == SCHEDULER_LBLC || service->scheduler == SCHEDULER_LBLCR)
		return choose_by_locality(service, packet, choice);
	return choose_slot(pick_slot(service, packet), choice);
}

/* Whose picks are the same for a client time and again, as long as no real server changes. */
static __always_inline bool
is_steady(enum scheduler scheduler)
{
	const __u32 steady = 1 << SCHEDULER_DH | 1 << SCHEDULER_SH | 1 << SCHEDULER_MH | 1 << SCHEDULER_FO |
			     1 << SCHEDULER_LBLC | 1 << SCHEDULER_LBLCR;

	return steady >> scheduler & 1;
}

/* Without a line to remember it in: what `choice` is for a client's port must be found again for each packet. */
static __always_inline bool
schedule_without_memory(const struct virtual_service *service, __u64 hash, struct choice *choice)
{
	if (is_steady(service->scheduler))
		return true;
	return choose_slot(slot_in_cycle(service, (hash >> 16) % service->cycle), choice);
}
