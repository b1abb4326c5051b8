/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CRC32c over a packet (RFC 9260, appendix A), eight bytes at a time: a table says what a byte does to the CRC when it, and
 * up to seven more, have gone through. The CRC is linear, so eight numbers (what each bit does) make a table of 256.
 */
#pragma once

#include "bpf.h"

#define SLICES 8

#define BIT(byte, number, effect) ((byte) >> (number) & 1 ? (effect) : 0)
#define BYTE(byte, e0, e1, e2, e3, e4, e5, e6, e7)					\
	BIT(byte, 0, e0) ^ BIT(byte, 1, e1) ^ BIT(byte, 2, e2) ^ BIT(byte, 3, e3) ^	\
	BIT(byte, 4, e4) ^ BIT(byte, 5, e5) ^ BIT(byte, 6, e6) ^ BIT(byte, 7, e7)
#define BYTES4(byte, ...)								\
	BYTE(byte, __VA_ARGS__), BYTE((byte) + 1, __VA_ARGS__),				\
	BYTE((byte) + 2, __VA_ARGS__), BYTE((byte) + 3, __VA_ARGS__)
#define BYTES16(byte, ...)								\
	BYTES4(byte, __VA_ARGS__), BYTES4((byte) + 4, __VA_ARGS__),			\
	BYTES4((byte) + 8, __VA_ARGS__), BYTES4((byte) + 12, __VA_ARGS__)
#define BYTES64(byte, ...)								\
	BYTES16(byte, __VA_ARGS__), BYTES16((byte) + 16, __VA_ARGS__),			\
	BYTES16((byte) + 32, __VA_ARGS__), BYTES16((byte) + 48, __VA_ARGS__)
#define SLICE(...)									\
	{ BYTES64(0, __VA_ARGS__), BYTES64(64, __VA_ARGS__), BYTES64(128, __VA_ARGS__), BYTES64(192, __VA_ARGS__) }

/* [how many bytes follow it][byte] */
static const __u32 crc32c_effect[SLICES][256] SEC(".rodata.crc32c") = {
	SLICE(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf,
	      0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78),
	SLICE(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8,
	      0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9),
	SLICE(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5,
	      0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743),
	SLICE(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6,
	      0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f),
	SLICE(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91,
	      0x8f2261d3, 0x1ba8b557, 0x37516aae, 0x6ea2d55c),
	SLICE(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f,
	      0xc00c303e, 0x85f4168d, 0x0e045beb, 0x1c08b7d6),
	SLICE(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53,
	      0x9c5bfaa6, 0x3d5b83bd, 0x7ab7077a, 0xf56e0ef4),
	SLICE(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da,
	      0x847609b4, 0x0d006599, 0x1a00cb32, 0x34019664),
};

#undef BIT
#undef BYTE
#undef BYTES4
#undef BYTES16
#undef BYTES64
#undef SLICE

struct crc_walk {
	struct xdp_md *ctx;
	__u32 offset;
	__u32 left;
	__u32 crc;
};

#define CRC_STEP 64

/* What the low byte of `value` does. The verifier of 6.1 forgets bounds over an exclusive or, so it is shown them afterwards. */
static __always_inline __u32
effect_of(__u64 value, int following)
{
	asm volatile("%0 &= 0xff" : "+r"(value));
	return crc32c_effect[following][value];
}

static __always_inline __u32
crc32c_slice(__u32 crc, const __u8 *bytes)
{
	__u32 next = 0;

	for (int i = 0; i < SLICES; i++) {
		__u32 byte = i < 4 ? bytes[i] ^ crc >> (i * 8) : bytes[i];

		next ^= effect_of(byte, SLICES - 1 - i);
	}
	return next;
}

/* One step of a walk over bytes that may lie in several buffers; called back by bpf_loop. */
static long
crc_step(__u32 index, void *context)
{
	struct crc_walk *walk = context;
	__u32 crc = walk->crc;
	__u8 bytes[CRC_STEP];

	if (walk->left < CRC_STEP) {
		if (bpf_xdp_load_bytes(walk->ctx, walk->offset, bytes, 1))
			return 1;
		walk->crc = crc >> 8 ^ effect_of(crc ^ bytes[0], 0);
		walk->offset++;
		return --walk->left == 0;
	}
	if (bpf_xdp_load_bytes(walk->ctx, walk->offset, bytes, CRC_STEP))
		return 1;
	for (int i = 0; i < CRC_STEP; i += SLICES)
		crc = crc32c_slice(crc, bytes + i);
	walk->crc = crc;
	walk->offset += CRC_STEP;
	walk->left -= CRC_STEP;
	return walk->left == 0;
}

/* The CRC32c of `length` bytes of the frame from `offset` on. */
__noinline __u32
crc32c_frame(struct xdp_md *ctx, __u32 offset, __u32 length)
{
	struct crc_walk walk = { .ctx = ctx, .offset = offset, .left = length, .crc = ~0U };

	/* Steps of CRC_STEP, the rest byte by byte. */
	if (length)
		bpf_loop(length / CRC_STEP + length % CRC_STEP, crc_step, &walk, 0);
	return ~walk.crc;
}
