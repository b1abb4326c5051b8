/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A real server that is the director itself (LVS's local node). The kernel's FIB tells BPF of an own address and of one that it
 * has no route for in the same word; the controller, who can ask for the difference, writes own ones to local_addresses.
 */
#pragma once

#include "connection.h"

/* A function of its own: the stack of learn_next_hop and its callers is full. */
static __noinline bool
is_this_host(const struct real_server *server)
{
	struct local_address key = {};

	if (!server)
		return false;
	key.family = server->family;
	copy(key.address, server->address, ADDRESS_SIZE);
	return bpf_map_lookup_elem(&local_addresses, &key);
}

/* From now on local_reply.h has something to look for. */
static __always_inline void
await_local_replies(void)
{
	__u32 zero = 0;
	__u32 *flag = bpf_map_lookup_elem(&local_delivery, &zero);

	if (flag && !*flag)
		*flag = 1;
}

static __always_inline bool
are_local_replies_awaited(void)
{
	__u32 zero = 0;
	const __u32 *flag = bpf_map_lookup_elem(&local_delivery, &zero);

	return flag && *flag;
}
