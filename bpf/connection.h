/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connection table: lines of 64 bytes, found by hash within a window of WINDOW neighbours, so that a packet costs one
 * cache miss. A line is claimed by compare-and-swap of its tag to TAG_BUSY, filled, and published by writing its tag; lookups
 * take no lock. What is expired counts as absent, so nothing waits for the sweeper.
 *
 * A new connection that finds no free line in its window takes that of the half-open one nearest its end. An established
 * connection is never given up, so a SYN flood fills nothing but half-open lines.
 */
#pragma once

#include "ftp_control.h"
#include "overload.h"
#include "packet.h"

#define WINDOW 16

static __always_inline bool
is_past(__u32 time, __u32 now)
{
	return (__s32)(now - time) >= 0;
}

/*
 * Multiply and add under secret odd keys (the products are made side by side), then once more: without that, clients and ports
 * that count up would, under a few keys in a hundred, all fall into a handful of windows. kind: protocol and family as they
 * lie in a line.
 */
static __always_inline __u64
hash_key(const __u64 *addresses, __u32 ports, __u16 kind, enum family family)
{
	__u64 rest = (__u64)ports | (__u64)kind << 32;
	__u64 hash = addresses[0] * limits.hash_keys[0] + rest * limits.hash_keys[1];

	if (family == FAMILY_IPV6)
		hash += addresses[1] * limits.hash_keys[2] + addresses[2] * limits.hash_keys[3] +
			addresses[3] * limits.hash_keys[4];
	hash ^= hash >> 32;
	return hash * 0x9fb21c651e98df25ULL;
}

static __always_inline __u64
hash_packet(const struct facts *packet)
{
	return hash_key(packet->addresses, packet->ports, kind_of(packet), packet->family);
}

/*
 * By what `ftp_controls` knows a request's line. Its index is part of that, for there may be two with the same addresses and ports: one
 * that has expired, but is not swept yet.
 */
static __always_inline __u64
ftp_control_key(const struct connection *line, __u32 index)
{
	return hash_key(line->addresses, *(const __u32 *)&line->source_port, *(const __u16 *)&line->protocol, line->family) ^ index;
}

/* Of a product the upper half is mixed best: it finds the slot. */
static __always_inline __u32
slot_of(__u64 hash, __u32 step)
{
	return ((__u32)(hash >> 32) + step) & limits.connection_mask;
}

static __always_inline __u32
tag_of(__u64 hash)
{
	__u32 tag = hash;

	return tag < TAG_FIRST ? tag + TAG_FIRST : tag;
}

static __always_inline struct connection *
connection_at(__u32 index)
{
	return bpf_map_lookup_elem(&connections, &index);
}

static __always_inline bool
is_line_of(const struct connection *line, const struct facts *packet)
{
	if (line->addresses[0] != packet->addresses[0] || *(__u32 *)&line->source_port != packet->ports ||
	    *(const __u16 *)&line->protocol != kind_of(packet))
		return false;
	return packet->family == FAMILY_IPV4 ||
	       (line->addresses[1] == packet->addresses[1] && line->addresses[2] == packet->addresses[2] &&
		line->addresses[3] == packet->addresses[3]);
}

/* A reply's line has no end of its own: it goes when its request's does. */
static __always_inline bool
is_live(const struct connection *line, __u32 now)
{
	return line->flags & CONNECTION_REPLY || !is_past(line->expires, now);
}

/* index: out, of the line found. */
static __always_inline struct connection *
find_connection(const struct facts *packet, __u64 hash, __u32 *index)
{
	__u32 tag = tag_of(hash);

	for (__u32 step = 0; step < WINDOW; step++) {
		struct connection *line;

		*index = slot_of(hash, step);
		line = connection_at(*index);
		if (!line || line->tag == TAG_EMPTY)
			return NULL;
		if (line->tag == tag && is_line_of(line, packet) && is_live(line, packet->now))
			return line;
	}
	return NULL;
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

static __always_inline void
count_load(__u32 real_server, __u8 flags, __s32 change)
{
	struct load *load = bpf_map_lookup_elem(&loads, &real_server);

	if (!load)
		return;
	if (flags & CONNECTION_TEMPLATE)
		__sync_fetch_and_add(&load->persistent, change);
	else if (flags & CONNECTION_INACTIVE)
		__sync_fetch_and_add(&load->inactive, change);
	else
		__sync_fetch_and_add(&load->active, change);
}

/* protocol, family, state and flags of a line are one word, so that two CPUs never both count one change. */
static __always_inline __u32 *
state_word(struct connection *line)
{
	return (__u32 *)&line->protocol;
}

#define STATE_SHIFT 16
#define FLAGS_SHIFT 24
#define STATE_OVER 0x80U		/* off its real server's load: who still moves its state counts nothing any more */

/* Once a connection: a packet of it may be moving its state at this moment. */
static __always_inline void
take_off_load(struct connection *line)
{
	__u32 word = __sync_fetch_and_or(state_word(line), STATE_OVER << STATE_SHIFT);

	count_load(line->real_server, word >> FLAGS_SHIFT, -1);
}

/* `expires` of a deleted line is when it was deleted: the sweeper lets some time pass before it ends a run there. */
static __always_inline void
delete_line(struct connection *line, __u32 now)
{
	line->expires = now;
	__sync_lock_test_and_set(&line->tag, TAG_DELETED);
}

/* All of control.h, which tells of templates. */
int release_control(struct connection *line, __u32 now);
int claim_template(struct connection *line, __u32 tag, __u32 now);
int claim_unused_template(struct connection *line, __u32 tag);

/* To be called by who made the line TAG_BUSY, once: takes it off its real server's load, and its reply's line with it. */
static __always_inline void
end_connection(struct connection *line, __u32 index, __u32 now)
{
	struct connection *reply;

	take_off_load(line);
	note_end(line->real_server);
	if (unlikely(line->flags & CONNECTION_CONTROLLED))
		release_control(line, now);
	if (unlikely(line->flags & CONNECTION_TEMPLATE)) {
		if (line->client_interface)
			bpf_map_delete_elem(&call_ids, &index);
		return;
	}
	if ((line->flags & CONNECTION_METHOD) != FORWARDING_MASQUERADE)
		return;
	if (unlikely(is_ftp_control(line)))
		forget_ftp_control(ftp_control_key(line, index));
	reply = connection_at(line->peer);
	if (reply && reply->tag >= TAG_FIRST && reply->flags & CONNECTION_REPLY && reply->peer == index)
		delete_line(reply, now);
}

static __always_inline bool
claim(struct connection *line, __u32 tag)
{
	return __sync_val_compare_and_swap(&line->tag, tag, TAG_BUSY) == tag;
}

/* The sweeper may just be making a deleted line an empty one; what is put behind that would never be found. */
static __always_inline bool
claim_free(struct connection *line, __u32 tag)
{
	return claim(line, tag) || (tag == TAG_DELETED && claim(line, TAG_EMPTY));
}

/* What is past its time, but for a template whose connections go on. */
static __always_inline bool
claim_expired(struct connection *line, __u32 tag, __u32 now)
{
	if (unlikely(line->flags & CONNECTION_TEMPLATE))
		return claim_template(line, tag, now);
	return claim(line, tag);
}

/* At once, not at its time. */
__noinline int
close_connection(__u32 index, __u32 now)
{
	struct connection *line = connection_at(index);
	__u32 tag = line ? line->tag : TAG_EMPTY;

	if (!line || tag < TAG_FIRST || !claim(line, tag))
		return 0;
	line->expires = now;		/* over, and not given up: its template stays */
	end_connection(line, index, now);
	delete_line(line, now);
	return 0;
}

/* Its packets do not find it any more, but it goes on as it is. */
static __always_inline void
hide_line(struct connection *line, __u32 tag)
{
	__u32 other = tag ^ 0x80000000;

	__sync_val_compare_and_swap(&line->tag, tag, other < TAG_FIRST ? other + TAG_FIRST : other);
}

/*
 * Replies of a connection that has expired but is not swept yet, or of another service's with the same real server and client
 * port, must not be taken for those of a new one: as in IPVS, the newest is found. The line stays that connection's, which
 * names it until it ends: what controls it is known by the line.
 */
static __always_inline void
hide_reply_line(__u64 hash)
{
	__u32 tag = tag_of(hash);

	for (__u32 step = 0; step < WINDOW; step++) {
		struct connection *line = connection_at(slot_of(hash, step));

		if (!line || line->tag == TAG_EMPTY)
			return;
		if (line->tag == tag && line->flags & CONNECTION_REPLY)
			hide_line(line, tag);
	}
}

/* ---- beginnings -------------------------------------------------------------------------------------------------- */

static __always_inline bool
is_half_open(const struct connection *line)
{
	return (line->flags & (CONNECTION_HALF_OPEN | CONNECTION_REPLY)) == CONNECTION_HALF_OPEN;
}

/* A template that nothing came of yet counts as half-open, unless connections wait for that. */
static __always_inline bool
is_dispensable(const struct connection *line)
{
	return is_half_open(line) && !(unlikely(line->flags & CONNECTION_TEMPLATE) && line->peer);
}

static __always_inline bool
claim_dispensable(struct connection *line, __u32 tag)
{
	if (unlikely(line->flags & CONNECTION_TEMPLATE))
		return claim_unused_template(line, tag);
	return claim(line, tag);
}

#define NO_LINE (-1)

/*
 * A line of the window of `hash` that is now the caller's (TAG_BUSY), as its index, or NO_LINE. In this order: one that is
 * free or expired, then the half-open one that would end first.
 */
__noinline int
claim_line(__u64 hash, __u32 now)
{
	__u32 oldest_left = ~0U;
	int oldest = NO_LINE;

	for (__u32 step = 0; step < WINDOW; step++) {
		__u32 index = slot_of(hash, step);
		struct connection *line = connection_at(index);
		__u32 tag;

		if (!line)
			return NO_LINE;
		tag = line->tag;
		if (tag == TAG_BUSY)
			continue;
		if (tag < TAG_FIRST) {
			if (claim_free(line, tag))
				return index;
			continue;
		}
		if (!is_live(line, now)) {
			if (!claim_expired(line, tag, now))
				continue;
			end_connection(line, index, now);
			return index;
		}
		if (is_dispensable(line) && line->expires - now < oldest_left) {
			oldest = index;
			oldest_left = line->expires - now;
		}
	}

	struct connection *line = oldest == NO_LINE ? NULL : connection_at(oldest);
	if (!line)
		return NO_LINE;
	__u32 tag = line->tag;
	if (tag < TAG_FIRST || !is_dispensable(line) || !claim_dispensable(line, tag))
		return NO_LINE;
	end_connection(line, oldest, now);
	return oldest;
}

static __always_inline void
fill_key(struct connection *line, const struct facts *packet)
{
	line->addresses[0] = packet->addresses[0];
	line->addresses[1] = packet->addresses[1];
	line->addresses[2] = packet->addresses[2];
	line->addresses[3] = packet->addresses[3];
	*(__u32 *)&line->source_port = packet->ports;
	line->protocol = packet->protocol;
	line->family = packet->family;
}

static __always_inline void
publish(struct connection *line, __u64 hash)
{
	/* A full barrier: the fields before are seen by who sees the tag. */
	__sync_lock_test_and_set(&line->tag, tag_of(hash));
}
