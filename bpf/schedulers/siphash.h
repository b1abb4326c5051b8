/* SPDX-License-Identifier: GPL-2.0-only */
/* SipHash-1-3 (Aumasson, Bernstein) of one 32-bit word, the low half of it: the kernel's hsiphash_1u32 on 64 bits. */
#pragma once

#include "../bpf.h"

struct sip_state {
	__u64 a, b, c, d;
};

static __always_inline __u64
rotate_left(__u64 word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static __always_inline void
sip_round(struct sip_state *state)
{
	state->a += state->b;
	state->c += state->d;
	state->b = rotate_left(state->b, 13) ^ state->a;
	state->d = rotate_left(state->d, 16) ^ state->c;
	state->a = rotate_left(state->a, 32);
	state->c += state->b;
	state->a += state->d;
	state->b = rotate_left(state->b, 17) ^ state->c;
	state->d = rotate_left(state->d, 21) ^ state->a;
	state->c = rotate_left(state->c, 32);
}

/* Both words of the key are `key`. */
static __always_inline __u32
siphash_word(__u32 word, __u64 key)
{
	struct sip_state state = {
		.a = key ^ 0x736f6d6570736575ULL,
		.b = key ^ 0x646f72616e646f6dULL,
		.c = key ^ 0x6c7967656e657261ULL,
		.d = key ^ 0x7465646279746573ULL,
	};
	__u64 block = (__u64)sizeof(word) << 56 | word;

	state.d ^= block;
	sip_round(&state);
	state.a ^= block;
	state.c ^= 0xff;
	sip_round(&state);
	sip_round(&state);
	sip_round(&state);
	return state.a ^ state.b ^ state.c ^ state.d;
}
