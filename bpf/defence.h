/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPVS's defences against floods (update_defense_level and ip_vs_todrop in net/netfilter/ipvs): drop_packet refuses a share of
 * what would open a connection, drop_entry gives up half-open connections at random, secure_tcp has stricter states. 0 is off,
 * 3 always on, 1 and 2 on while it is scarce what they protect. For IPVS that is memory; here all memory is taken at attach,
 * and what a flood uses up is the lines of the connection table.
 */
#pragma once

#include "maps.h"

#define DEFENCE_OFF 0
#define DEFENCE_ALWAYS 3
#define SHARE_OF_ALL 16384

static __always_inline struct defence *
defence_here(void)
{
	__u32 only = 0;

	return bpf_map_lookup_elem(&defences, &only);
}

/* How many 1/16384 of the table's lines are missing to the amemthresh that should be free. */
static __always_inline __s32
missing_share(const struct defence *defence)
{
	return settings.amemthresh - (SHARE_OF_ALL - (__s32)defence->live_share);
}

static __noinline bool
is_scarce(void)
{
	const struct defence *defence = defence_here();

	return defence && missing_share(defence) > 0;
}

static __always_inline bool
is_defending(__s32 mode)
{
	if (likely(mode == DEFENCE_OFF))
		return false;
	return mode == DEFENCE_ALWAYS || is_scarce();
}

/* Of how many new connections one is dropped; 0: none is. */
static __always_inline __s32
drop_rate(const struct defence *defence)
{
	__s32 missing;

	if (settings.drop_packet == DEFENCE_ALWAYS)
		return settings.am_droprate;
	missing = missing_share(defence);
	return missing > 0 ? (__u32)settings.amemthresh / (__u32)missing : 0;
}

/* The counter stays where it is while nothing is dropped, and begins at 0: the first new connection is dropped. */
static __noinline bool
is_dropped_by_rate(void)
{
	struct defence *defence = defence_here();
	__s32 rate;

	if (!defence)
		return false;
	rate = drop_rate(defence);
	if (!rate || __sync_fetch_and_add(&defence->drop_counter, -1) > 1)
		return false;
	defence->drop_counter = rate;
	return true;
}

/* A CPU's share of a walk over the table; the share that is live is known once all lines were seen. */
static __always_inline void
count_lines(__u32 lines, __u32 live)
{
	struct defence *defence = defence_here();

	if (!defence)
		return;
	defence->counted += lines;
	defence->counted_live += live;
	if (defence->counted <= limits.connection_mask)
		return;
	defence->live_share = (__u64)defence->counted_live * SHARE_OF_ALL / defence->counted;
	defence->counted = 0;
	defence->counted_live = 0;
}
