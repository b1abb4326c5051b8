/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a packet can be of any concern: its destination a virtual service's address, or its source a real server's. A bit
 * map of hashed addresses says no to nearly all of a host's other traffic, at a fraction of what a look into the tables
 * costs. The controller sets the bits (src/image/concerns.ts hashes alike).
 */
#pragma once

#include "maps.h"
#include "packet.h"

/* folded: the address, or the exclusive or of an IPv6 address's four words. */
static __always_inline bool
is_address_of_concern(__u32 folded)
{
	__u32 bit = (folded * 0x9e3779b1U) >> 16;

	return settings.concerns[bit >> 6 & (CONCERN_WORDS - 1)] >> (bit & 63) & 1;
}

static __always_inline __u32
fold_ipv6(__u64 high, __u64 low)
{
	__u64 word = high ^ low;

	return (__u32)word ^ (__u32)(word >> 32);
}

static __always_inline bool
is_of_concern(const struct facts *packet)
{
	if (packet->family == FAMILY_IPV4)
		return is_address_of_concern(destination_ipv4(packet)) || is_address_of_concern(source_ipv4(packet));
	return is_address_of_concern(fold_ipv6(packet->addresses[2], packet->addresses[3])) ||
	       is_address_of_concern(fold_ipv6(packet->addresses[0], packet->addresses[1]));
}
