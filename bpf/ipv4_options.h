/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPv4 options of a packet that is forwarded, as the kernel treats them before IPVS sees it (net/ipv4/ip_options.c): a route
 * is recorded, a time stamped, what follows the end is cleared. A packet whose options name a way, or are wrong, is left to
 * the host, which drops it or tells its sender.
 */
#pragma once

#include "checksum.h"
#include "next_hop.h"

#define IPV4_OPTIONS_MAX 40
#define OPTION_END 0
#define OPTION_NOTHING 1
#define OPTION_RECORD_ROUTE 7
#define OPTION_TIMESTAMP 68
#define OPTION_LOOSE_ROUTE 131
#define OPTION_STRICT_ROUTE 137
#define OPTION_CIPSO 134		/* the host knows its labels */
#define OPTION_ROUTER_ALERT 148

/* Low half of a timestamp option's fourth byte; the high half counts hosts that found no room. */
#define TIMESTAMP_ONLY 0
#define TIMESTAMP_ADDRESS 1
#define TIMESTAMP_PRESPECIFIED 3

/* `pointer` is counted from 1, and past `length` when the option is full. */
struct ipv4_option {
	__u8 type;
	__u8 length;
	__u8 pointer;
	__u8 flags;			/* of a timestamp */
};

struct options_walk {
	struct xdp_md *ctx;
	__u32 at;			/* in the frame, as all of these; 0: there is none */
	__u32 end;
	__u32 record_route;
	__u32 timestamp;
	__u32 cleared_from;
	__u32 refused;
};

static __always_inline bool
is_record_route_right(const struct ipv4_option *option)
{
	if (option->length < 3 || option->pointer < 4)
		return false;
	return option->pointer > option->length || option->pointer + 3 <= option->length;
}

static __always_inline bool
is_timestamp_right(const struct ipv4_option *option)
{
	__u8 kind = option->flags & 15;

	if (option->length < 4 || option->pointer < 5)
		return false;
	if (option->pointer > option->length)
		return kind == TIMESTAMP_PRESPECIFIED || option->flags >> 4 != 15;
	if (kind == TIMESTAMP_ADDRESS || kind == TIMESTAMP_PRESPECIFIED)
		return option->pointer + 7 <= option->length;
	return option->pointer + 3 <= option->length;
}

/* Notes an option of more than a byte. false: the packet is the host's. */
static __always_inline bool
note_option(struct options_walk *walk, const struct ipv4_option *option)
{
	switch (option->type) {
	case OPTION_RECORD_ROUTE:
		if (walk->record_route || !is_record_route_right(option))
			return false;
		walk->record_route = walk->at;
		return true;
	case OPTION_TIMESTAMP:
		if (walk->timestamp || !is_timestamp_right(option))
			return false;
		walk->timestamp = walk->at;
		return true;
	case OPTION_ROUTER_ALERT:
		return option->length >= 4;
	case OPTION_LOOSE_ROUTE:
	case OPTION_STRICT_ROUTE:
	case OPTION_CIPSO:
		return false;
	default:
		return true;
	}
}

static long
option_step(__u32 index, void *context)
{
	struct options_walk *walk = context;
	struct ipv4_option option;

	/* The transport header behind the options lets four bytes be read always. */
	if (walk->at >= walk->end || bpf_xdp_load_bytes(walk->ctx, walk->at, &option, sizeof(option)))
		return 1;
	if (option.type == OPTION_END) {
		walk->cleared_from = walk->at + 1;
		return 1;
	}
	if (option.type == OPTION_NOTHING) {
		walk->at++;
		return 0;
	}
	if (walk->at + 2 > walk->end || option.length < 2 || walk->at + option.length > walk->end ||
	    !note_option(walk, &option)) {
		walk->refused = true;
		return 1;
	}
	walk->at += option.length;
	return 0;
}

static __always_inline bool
walk_options(struct xdp_md *ctx, __u32 offset, __u32 end, struct options_walk *walk)
{
	clear(walk, sizeof(*walk));
	walk->ctx = ctx;
	walk->at = offset;
	walk->end = end;
	bpf_loop(IPV4_OPTIONS_MAX, option_step, walk, 0);
	return !walk->refused;
}

/* offset and end: of the options in the frame. */
__noinline bool
are_options_forwardable(struct xdp_md *ctx, __u32 offset, __u32 end)
{
	struct options_walk walk;

	return walk_options(ctx, offset, end, &walk);
}

static __always_inline void
record_route(struct xdp_md *ctx, __u32 at, __u32 address)
{
	struct ipv4_option option;

	if (bpf_xdp_load_bytes(ctx, at, &option, sizeof(option)) || option.pointer > option.length)
		return;
	bpf_xdp_store_bytes(ctx, at + option.pointer - 1, &address, sizeof(address));
	option.pointer += sizeof(address);
	bpf_xdp_store_bytes(ctx, at, &option, 3);
}

/* Milliseconds since midnight UT. The kernel's clock for us runs on TAI, ahead of it by a number of seconds. */
static __always_inline __be32
time_of_day(void)
{
	__u64 utc_ms = bpf_ktime_get_tai_ns() / 1000000 - (__u64)limits.tai_offset_s * 1000;

	return bpf_htonl(utc_ms % 86400000);
}

/* Of the director itself: a packet for it is not forwarded. (The FIB says the same of an address that it has no route to.) */
static __always_inline bool
is_own_address(struct xdp_md *ctx, __u32 address)
{
	struct bpf_fib_lookup fib;

	return ask_fib(ctx, (const __u8 *)&address, FAMILY_IPV4, 0, &fib) == BPF_FIB_LKUP_RET_NOT_FWDED;
}

static __always_inline void
stamp_time(struct xdp_md *ctx, __u32 at, __u32 recorded, __u32 address)
{
	struct ipv4_option option;
	__be32 time = time_of_day();
	__u32 slot, named;

	if (bpf_xdp_load_bytes(ctx, at, &option, sizeof(option)))
		return;
	slot = at + option.pointer - 1;
	if (option.pointer > option.length) {
		if ((option.flags & 15) != TIMESTAMP_PRESPECIFIED)
			option.flags += 0x10;
	} else if ((option.flags & 15) == TIMESTAMP_ONLY) {
		bpf_xdp_store_bytes(ctx, slot, &time, sizeof(time));
		option.pointer += 4;
	} else if ((option.flags & 15) == TIMESTAMP_ADDRESS) {
		bpf_xdp_store_bytes(ctx, slot, &address, sizeof(address));
		bpf_xdp_store_bytes(ctx, slot + 4, &time, sizeof(time));
		option.pointer += 8;
	} else if ((option.flags & 15) == TIMESTAMP_PRESPECIFIED && !bpf_xdp_load_bytes(ctx, slot, &named, sizeof(named)) &&
		   (named == recorded || is_own_address(ctx, named))) {
		bpf_xdp_store_bytes(ctx, slot + 4, &time, sizeof(time));
		option.pointer += 8;
	}
	bpf_xdp_store_bytes(ctx, at, &option, sizeof(option));
}

static __always_inline void
clear_options(struct xdp_md *ctx, __u32 from, __u32 end)
{
	__u8 zero = 0;

	for (__u32 i = 0; i < IPV4_OPTIONS_MAX && from + i < end; i++)
		bpf_xdp_store_bytes(ctx, from + i, &zero, sizeof(zero));
}

/* end: of the header in the frame. recorded, stamped: the addresses by which the packet has come, and which has its time. */
__noinline int
fill_options(struct xdp_md *ctx, __u32 network_offset, __u32 end, __u32 recorded, __u32 stamped)
{
	struct options_walk walk;

	if (!walk_options(ctx, network_offset + sizeof(struct iphdr), end, &walk))
		return 0;
	if (walk.record_route)
		record_route(ctx, walk.record_route, recorded);
	if (walk.timestamp)
		stamp_time(ctx, walk.timestamp, recorded, stamped);
	if (walk.cleared_from)
		clear_options(ctx, walk.cleared_from, end);
	make_header_checksum(ctx, network_offset, end);
	return 0;
}
