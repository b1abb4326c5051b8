/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Thresholds (-x, -y) as IPVS has them: a real server is overloaded from when all its connections reach the upper one until
 * they fall below the lower one, or below three quarters of the upper one. Schedulers pass an overloaded server over.
 *
 * Raising the upper threshold or taking it away ends an overload at once: the controller then gives the real server a new
 * round, and what was noted in an earlier round counts no more.
 */
#pragma once

#include "maps.h"

static __always_inline __u64
connections_in(const struct load *load)
{
	return (__u64)load->active + load->inactive;
}

/* After a new connection of the real server was counted. */
static __always_inline void
note_beginning(__u32 number, const struct real_server *server)
{
	struct load *load;

	if (likely(!server->upper_threshold))
		return;
	load = bpf_map_lookup_elem(&loads, &number);
	if (load && connections_in(load) >= server->upper_threshold)
		load->overloaded = server->threshold_round;
}

static __always_inline bool
is_relieved(const struct load *load, const struct real_server *server)
{
	if (server->lower_threshold)
		return connections_in(load) < server->lower_threshold;
	return !server->upper_threshold || connections_in(load) * 4 < (__u64)server->upper_threshold * 3;
}

/* After the end of a connection of the real server was counted. */
static __always_inline void
note_end(__u32 number)
{
	struct load *load = bpf_map_lookup_elem(&loads, &number);
	const struct real_server *server;

	if (likely(!load || !load->overloaded))
		return;
	server = bpf_map_lookup_elem(&real_servers, &number);
	if (server && is_relieved(load, server))
		load->overloaded = 0;
}

static __always_inline bool
is_overloaded(const struct load *load, __u32 round)
{
	return load->overloaded == round;
}
