/* SPDX-License-Identifier: GPL-2.0-only */
/* Which virtual service a packet is for. */
#pragma once

#include "maps.h"
#include "packet.h"

static __always_inline const struct virtual_service *
find_service(const struct facts *packet)
{
	struct service_key key = {
		.port = packet->destination_port,
		.protocol = packet->protocol,
		.family = packet->family,
	};

	if (packet->family == FAMILY_IPV4) {
		*(__u32 *)key.address = destination_ipv4(packet);
	} else {
		*(__u64 *)key.address = packet->addresses[2];
		*(__u64 *)(key.address + 8) = packet->addresses[3];
	}
	return bpf_map_lookup_elem(&services, &key);
}
