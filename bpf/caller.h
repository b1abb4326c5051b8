/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a packet comes from where a masqueraded real server of SIP sends from: it may be a call that this begins. */
#pragma once

#include "maps.h"
#include "packet.h"

/* Its number, if so. Whoever goes on with it compares its record. */
static __always_inline const __u32 *
find_calling_server(const struct facts *packet)
{
	struct calling_server key = { .port = packet->source_port, .family = packet->family };
	__u64 address[2];

	if (!(settings.flags & SETTING_CALLING) || packet->protocol != IPPROTO_UDP)
		return NULL;
	read_source(packet, address);
	copy(key.address, address, ADDRESS_SIZE);
	return bpf_map_lookup_elem(&calling_servers, &key);
}
