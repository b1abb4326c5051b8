/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internet checksums, updated for what changes and never recomputed (RFC 1624): a checksum that was wrong stays wrong.
 * Sums are of 16-bit words in memory order, carried in 64 bits, folded once at the end. No sum of a packet reaches 48 bits.
 */
#pragma once

#include "packet.h"

static __always_inline __u16
fold(__u64 sum)
{
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static __always_inline __u64
sum_address(const __u32 *words, enum family family)
{
	__u64 sum = words[0];

	if (family == FAMILY_IPV6)
		sum += (__u64)words[1] + words[2] + words[3];
	return sum;
}

/* The same as taking `words` away. */
static __always_inline __u64
sum_inverse(const __u32 *words, enum family family)
{
	__u64 sum = (__u32)~words[0];

	if (family == FAMILY_IPV6)
		sum += (__u64)(__u32)~words[1] + (__u32)~words[2] + (__u32)~words[3];
	return sum;
}

/* check with `change` (what came, plus the inverse of what went) worked in. */
static __always_inline __u16
update_checksum(__u16 check, __u64 change)
{
	return ~fold((__u64)(__u16)~check + change);
}

/* A TTL less by one is 0x0100 less in its word, so the checksum grows by as much (RFC 1624, section 4). */
static __always_inline void
decrement_ttl(struct iphdr *ip)
{
	__u32 check = ip->check;

	check += bpf_htons(0x0100);
	/* One more from 0xffff on. */
	ip->check = (__u16)(check + ((check + 1) >> 16));
	ip->ttl--;
}

/* IPv6 has no header checksum. Options are left out of account where there are any. */
static __always_inline bool
is_header_intact(const struct packet *packet)
{
	const __u32 *words = packet->network;

	if (packet->family != FAMILY_IPV4 || (*(const __u8 *)packet->network & 0xf) != 5)
		return true;
	return fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]) == 0xffff;
}

struct checksum_walk {
	struct xdp_md *ctx;
	__u32 offset;
	__u32 left;
	__u64 sum;
};

#define CHECKSUM_STEP 32

/* One step of a walk over bytes that may lie in several buffers; called back by bpf_loop. */
static long
sum_step(__u32 index, void *context)
{
	struct checksum_walk *walk = context;
	__u32 words[CHECKSUM_STEP / 4] = {};
	__u32 size = walk->left;

	if (size >= CHECKSUM_STEP) {
		if (bpf_xdp_load_bytes(walk->ctx, walk->offset, words, CHECKSUM_STEP))
			return 1;
		size = CHECKSUM_STEP;
	} else {
		for (__u32 i = 0; i < CHECKSUM_STEP && i < size; i++)
			if (bpf_xdp_load_bytes(walk->ctx, walk->offset + i, (__u8 *)words + i, 1))
				return 1;
	}
	for (int i = 0; i < CHECKSUM_STEP / 4; i++)
		walk->sum += words[i];
	walk->offset += size;
	walk->left -= size;
	return walk->left == 0;
}

/* The sum of `length` bytes of the frame from `offset` on; for the rare packet whose checksum must be made, not mended. */
__noinline __u64
sum_frame(struct xdp_md *ctx, __u32 offset, __u32 length)
{
	struct checksum_walk walk = { .ctx = ctx, .offset = offset, .left = length };

	if (length)
		bpf_loop((length + CHECKSUM_STEP - 1) / CHECKSUM_STEP, sum_step, &walk, 0);
	return walk.sum;
}

/* IPv4's, anew. end: of the header in the frame. */
static __always_inline void
make_header_checksum(struct xdp_md *ctx, __u32 network_offset, __u32 end)
{
	__u32 at = network_offset + offsetof(struct iphdr, check);
	__u16 check = 0;

	if (bpf_xdp_store_bytes(ctx, at, &check, sizeof(check)))
		return;
	check = ~fold(sum_frame(ctx, network_offset, end - network_offset));
	bpf_xdp_store_bytes(ctx, at, &check, sizeof(check));
}
