/* SPDX-License-Identifier: GPL-2.0-only */
/* What is hashed of a packet, in host order. */
#pragma once

#include "../packet.h"

static __always_inline __u32
folded_address(__u64 first, __u64 second)
{
	__u64 both = first ^ second;

	return bpf_ntohl((__u32)both ^ (__u32)(both >> 32));
}

static __always_inline __u32
folded_source(const struct facts *packet)
{
	if (packet->family == FAMILY_IPV4)
		return bpf_ntohl(source_ipv4(packet));
	return folded_address(packet->addresses[0], packet->addresses[1]);
}

static __always_inline __u32
folded_destination(const struct facts *packet)
{
	if (packet->family == FAMILY_IPV4)
		return bpf_ntohl(destination_ipv4(packet));
	return folded_address(packet->addresses[2], packet->addresses[3]);
}

/* The client's address, and its port if the service asks for it (flag 2 of sh and mh). */
static __always_inline __u32
client_sum(const struct virtual_service *service, const struct facts *packet)
{
	__u32 port = service->flags & SERVICE_SCHED_FLAG2 ? bpf_ntohs(packet->source_port) : 0;

	return folded_source(packet) + port;
}
