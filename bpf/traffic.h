/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets, bytes and connections of each real server, each CPU counting its own. */
#pragma once

#include "maps.h"
#include "packet.h"

static __always_inline struct traffic *
traffic_of(__u32 real_server)
{
	__u32 index = bpf_get_smp_processor_id() * limits.servers_capacity + real_server;

	return bpf_map_lookup_elem(&traffic, &index);
}

static __always_inline void
count_in(__u32 real_server, const struct facts *packet)
{
	struct traffic *traffic = traffic_of(real_server);

	if (!traffic)
		return;
	traffic->in_packets++;
	traffic->in_bytes += packet->length;
}

static __always_inline void
count_out(__u32 real_server, const struct facts *packet)
{
	struct traffic *traffic = traffic_of(real_server);

	if (!traffic)
		return;
	traffic->out_packets++;
	traffic->out_bytes += packet->length;
}

static __always_inline void
count_connection(__u32 real_server)
{
	struct traffic *traffic = traffic_of(real_server);

	if (traffic)
		traffic->connections++;
}
