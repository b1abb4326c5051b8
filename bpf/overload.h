/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Thresholds (-x, -y) as IPVS has them: a real server is overloaded from when all its connections reach the upper one until
 * they fall below the lower one, or below three quarters of the upper one. That is decided when a connection begins or
 * ends, and by the controller when the thresholds change. Schedulers pass an overloaded server over.
 */
#pragma once

#include "maps.h"

/* Of which change of the thresholds. */
static __always_inline __u32
calm_of(__u32 overload)
{
	return overload & ~OVERLOADED;
}

static __always_inline bool
is_relieved(const struct real_server *server, __u64 connections)
{
	if (server->lower_threshold)
		return connections < server->lower_threshold;
	return !server->upper_threshold || connections * 4 < (__u64)server->upper_threshold * 3;
}

/* Brings what is known of a real server's overload up to its thresholds and connections, `uncounted` among them. */
static __always_inline __u32
update_overload(const struct real_server *server, struct load *load, __u32 uncounted)
{
	__u32 known = calm_of(load->overload) == calm_of(server->overload) ? load->overload : server->overload;
	__u64 connections = (__u64)load->active + load->inactive + uncounted;

	if (server->upper_threshold && connections >= server->upper_threshold)
		known |= OVERLOADED;
	else if (is_relieved(server, connections))
		known &= ~OVERLOADED;
	load->overload = known;
	return known;
}

/* After a new connection of the real server was counted, or the end of one. */
static __always_inline void
note_load(__u32 number, const struct real_server *server)
{
	struct load *load;

	if (likely(!server->overload))
		return;
	load = bpf_map_lookup_elem(&loads, &number);
	if (load)
		update_overload(server, load, 0);
}

/* A datagram of one-packet scheduling: a connection that ends as it begins, but may leave its real server overloaded. */
static __always_inline void
note_passing(__u32 number, const struct real_server *server)
{
	struct load *load;

	if (likely(!server->overload))
		return;
	load = bpf_map_lookup_elem(&loads, &number);
	if (!load)
		return;
	update_overload(server, load, 1);
	update_overload(server, load, 0);
}

/* The same for who has no record at hand. It is asked for, since nothing may have been noted yet when thresholds came. */
static __always_inline void
note_end(__u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (server)
		note_load(number, server);
}

/* For one whose load does not say that it is calm. */
__noinline int
is_overload_confirmed(__u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	struct load *load = bpf_map_lookup_elem(&loads, &number);

	return server && load && update_overload(server, load, 0) & OVERLOADED;
}

static __always_inline bool
is_overloaded(__u32 number, const struct load *load, __u32 calm)
{
	return unlikely(load->overload != calm) && is_overload_confirmed(number);
}
