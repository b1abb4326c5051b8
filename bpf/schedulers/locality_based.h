/* SPDX-License-Identifier: GPL-2.0-only */
/* lblc: clients of one destination go to one real server; to the least loaded one, when that has too much or is gone. */
#pragma once

#include "locality.h"

/* Thresholds are not looked at here, as in IPVS. */
static __always_inline bool
is_still_right(const struct virtual_service *service, __u32 number)
{
	const struct real_server *server = find_member(service->number, number);

	return server && server->weight > 0 && !is_to_be_spared(service, number, server->weight);
}

/* Number of the destination's real server, or NO_SERVER. */
__noinline int
recall_server(const struct virtual_service *service, const struct facts *packet)
{
	const struct locality_draft *draft = service && packet ? draft_locality(service, packet) : NULL;
	const struct locality *locality = draft ? find_locality(service, draft, packet->now) : NULL;

	if (!locality || !is_still_right(service, locality->real_servers[0]))
		return NO_SERVER;
	return locality->real_servers[0];
}

__noinline int
remember_server(const struct virtual_service *service, const struct facts *packet, __u32 number)
{
	struct locality_draft *draft = service && packet ? draft_locality(service, packet) : NULL;
	struct locality *locality = draft ? find_locality(service, draft, packet->now) : NULL;

	if (locality)
		locality->real_servers[0] = number;
	else if (draft)
		add_locality(service, draft, number, packet->now);
	return 0;
}
