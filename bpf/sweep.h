/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes on by itself, with no process of ours alive: a timer walks a slice of the connection table at each tick, so that
 * idle connections leave the counts, and keeps the moving averages of traffic. The pinned map keeps the timer, the
 * timer its program.
 */
#pragma once

#include "clock.h"
#include "connection.h"
#include "defence.h"

#define TICK_NS 10000000
#define SWEEP_TICKS 256			/* a whole round of the table takes 2.6 s */
#define SLICE_MAX 8192
#define ESTIMATES_PER_TICK 512
#define CPUS_MAX 1024

struct sweeper {
	struct bpf_timer timer;
	__u32 position;			/* next line to look at, downwards */
	__u32 beat;			/* low half of jiffies of the last tick: shows that it lives */
	__u32 estimated;		/* next real server to estimate; servers_in_use: done for this period */
	__u32 period_start;		/* of the estimates, low half of jiffies */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sweeper);
} sweeper SEC(".maps");

struct sweep_step {
	__u32 start;
	__u32 now;
	__u32 live;
	bool drops_entries;
};

/*
 * drop_entry: IPVS looks each second at a thirty-second of its table, drawn at random, and drops what is half-open there. (It
 * also drops established connections of few packets; lines do not count packets.) A round of 2.56 s makes that 20 in 256.
 */
#define DROPS_IN_256 20

static __always_inline bool
is_dropped_entry(const struct connection *line)
{
	enum connection_state state = line->state;
	bool is_begun = state == STATE_SYN_RECV || state == STATE_SYNACK || state == STATE_SCTP_INIT1 || state == STATE_SCTP_INIT;

	return is_begun && is_half_open(line) &&
	       (bpf_get_prandom_u32() & 255) < DROPS_IN_256;
}

/*
 * No search has to go on past the line: the next one is empty, or none within a search's reach is in use. (A table that was full
 * once, after a flood say, has no empty line to begin with.)
 */
static __always_inline bool
is_end_of_run(__u32 index)
{
	for (__u32 step = 1; step < WINDOW; step++) {
		const struct connection *next = connection_at((index + step) & limits.connection_mask);

		if (!next || next->tag == TAG_EMPTY)
			return true;
		if (next->tag != TAG_DELETED)
			return false;
	}
	return true;
}

/*
 * After a second's grace: an insertion whose search began while the line was in use, and so goes on behind it, is done by then.
 * Whoever came later takes this line before any behind it, so nothing that is sought from here can have come behind it since.
 */
static __always_inline void
maybe_end_run(struct connection *line, __u32 index, __u32 now)
{
	if (is_past(line->expires + limits.hz, now) && is_end_of_run(index))
		__sync_val_compare_and_swap(&line->tag, TAG_DELETED, TAG_EMPTY);
}

static __always_inline bool
is_to_end(struct sweep_step *sweep, const struct connection *line)
{
	if (!is_live(line, sweep->now))
		return true;
	sweep->live++;
	return unlikely(sweep->drops_entries) && is_dropped_entry(line);
}

static long
sweep_line(__u32 step, void *context)
{
	struct sweep_step *sweep = context;
	__u32 index = (sweep->start - step) & limits.connection_mask;
	struct connection *line = connection_at(index);
	__u32 tag;

	if (!line)
		return 1;
	tag = line->tag;
	if (tag == TAG_DELETED)
		maybe_end_run(line, index, sweep->now);
	else if (tag >= TAG_FIRST && is_to_end(sweep, line) && claim_expired(line, tag, sweep->now)) {
		end_connection(line, index, sweep->now);
		delete_line(line, sweep->now);
	}
	return 0;
}

static __always_inline void
sweep(struct sweeper *sweeper, __u32 now)
{
	struct sweep_step step = {
		.start = sweeper->position, .now = now, .drops_entries = is_defending(settings.drop_entry),
	};
	__u32 lines = limits.connection_mask / SWEEP_TICKS + 1;

	if (lines > SLICE_MAX)
		lines = SLICE_MAX;
	bpf_loop(lines, sweep_line, &step, 0);
	sweeper->position -= lines;
	count_lines(lines, step.live);
}

struct traffic_sum {
	__u32 real_server;
	struct counts counts;
};

static long
add_cpu(__u32 cpu, void *context)
{
	struct traffic_sum *sum = context;
	__u32 index = cpu * limits.servers_capacity + sum->real_server;
	const struct traffic *share = bpf_map_lookup_elem(&traffic, &index);

	if (!share)
		return 1;
	sum->counts.connections += share->connections;
	sum->counts.in_packets += share->in_packets;
	sum->counts.out_packets += share->out_packets;
	sum->counts.in_bytes += share->in_bytes;
	sum->counts.out_bytes += share->out_bytes;
	return 0;
}

/* rate += (new - rate) / 4, where `new` is what came in two seconds, scaled (ip_vs_est.c: << 9 and << 4). */
static __always_inline void
average(__u64 *rate, __u64 *last, __u64 current, int scale)
{
	__s64 fresh = (current - *last) << scale;

	*last = current;
	*rate += (fresh - (__s64)*rate) >> 2;
}

static long
estimate_server(__u32 step, void *context)
{
	const __u32 *first = context;
	struct traffic_sum sum = { .real_server = *first + step };
	struct estimate *estimate = bpf_map_lookup_elem(&estimates, &sum.real_server);

	if (!estimate)
		return 1;
	bpf_loop(limits.cpus, add_cpu, &sum, 0);
	average(&estimate->connection_rate, &estimate->last_connections, sum.counts.connections, 9);
	average(&estimate->in_packet_rate, &estimate->last_in_packets, sum.counts.in_packets, 9);
	average(&estimate->out_packet_rate, &estimate->last_out_packets, sum.counts.out_packets, 9);
	average(&estimate->in_byte_rate, &estimate->last_in_bytes, sum.counts.in_bytes, 4);
	average(&estimate->out_byte_rate, &estimate->last_out_bytes, sum.counts.out_bytes, 4);
	return 0;
}

/* Every two seconds anew through all real servers, some a tick. */
static __always_inline void
estimate(struct sweeper *sweeper, __u32 now)
{
	__u32 in_use = settings.servers_in_use, count, first;

	if (is_past(sweeper->period_start + 2 * limits.hz, now)) {
		__u32 next = sweeper->period_start + 2 * limits.hz;

		/* After a standstill periods are not caught up with. */
		sweeper->period_start = is_past(next + 2 * limits.hz, now) ? now : next;
		sweeper->estimated = 0;
	}
	first = sweeper->estimated;
	if (first >= in_use)
		return;
	count = in_use - first;
	if (count > ESTIMATES_PER_TICK)
		count = ESTIMATES_PER_TICK;
	bpf_loop(count, estimate_server, &first, 0);
	sweeper->estimated = first + count;
}

static int
tick(void *map, __u32 *key, struct sweeper *sweeper)
{
	__u32 now = bpf_jiffies64();

	sweep(sweeper, now);
	if (likely(settings.run_estimation))
		estimate(sweeper, now);
	sweeper->beat = now;
	bpf_timer_start(&sweeper->timer, TICK_NS, 0);
	return 0;
}

/* Run once by whoever loads the object. Answers 0, or an errno. */
SEC("syscall")
int arm_sweeper(void *ctx)
{
	__u32 key = 0;
	struct sweeper *state = bpf_map_lookup_elem(&sweeper, &key);
	long error;

	if (!state)
		return EINVAL;
	state->period_start = bpf_jiffies64();
	error = bpf_timer_init(&state->timer, &sweeper, 1 /* CLOCK_MONOTONIC */);
	if (error)
		return -error;
	error = bpf_timer_set_callback(&state->timer, tick);
	if (error)
		return -error;
	return -bpf_timer_start(&state->timer, TICK_NS, 0);
}
