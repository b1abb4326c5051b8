/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks over a text on a control connection, character by character: numbers, fields, addresses. Each leaves what it found in
 * the ftp_work, and says whether what it looked for is there and whole.
 */
#pragma once

#include "ftp_work.h"

#define WORD(a, b, c, d) ((__u32)(a) | (__u32)(b) << 8 | (__u32)(c) << 16 | (__u32)(d) << 24)

static __always_inline bool
is_digit(__u8 c)
{
	return c >= '0' && c <= '9';
}

struct ftp_reading {
	struct ftp_work *work;
};

enum reading_phase {
	READING_BEFORE,			/* what is looked for has not begun */
	READING_OPENED,
	READING_INSIDE,
	READING_DONE,
};

static __always_inline bool
finish_reading(struct ftp_work *work, long (*step)(__u32, void *))
{
	struct ftp_reading reading = { work };

	bpf_loop(FTP_HEAD_MAX, step, &reading, 0);
	return work->phase == READING_DONE;
}

/* ---- numbers between separators ------------------------------------------------------------------------------------ */

static long
read_number_step(__u32 step, void *context)
{
	struct ftp_work *work = ((struct ftp_reading *)context)->work;
	__u32 at = work->at;
	__u8 c = byte_at(work, at);

	/* What follows the last number shows that it is whole. */
	if (at >= work->end)
		return 1;
	work->at = at + 1;
	if (work->phase == READING_BEFORE) {
		if (!is_digit(c))
			return 0;
		work->from = at;
		work->phase = READING_INSIDE;
	}
	if (is_digit(c)) {
		work->value = work->value * 10 + (c - '0');
		work->digits++;
		return work->value > 255;
	}
	if (!work->digits)
		return 1;
	work->numbers[work->count & 7] = work->value;
	work->count++;
	work->value = 0;
	work->digits = 0;
	if (c == work->separator && work->count < work->wanted)
		return 0;
	work->to = at;
	if (work->count == work->wanted)
		work->phase = READING_DONE;
	return 1;
}

/* Into numbers[], from the first digit on; [from, to) is where they stand. */
static __noinline bool
read_numbers(struct ftp_work *work, __u32 at, __u8 separator, __u8 wanted)
{
	work->at = at;
	work->value = work->count = work->digits = 0;
	work->phase = READING_BEFORE;
	work->separator = separator;
	work->wanted = wanted;
	return finish_reading(work, read_number_step);
}

static __always_inline __u32
first_four(const struct ftp_work *work)
{
	return WORD(work->numbers[0], work->numbers[1], work->numbers[2], work->numbers[3]);
}

/* ---- RFC 2428's |protocol|address|port| ---------------------------------------------------------------------------- */

static long
read_field_step(__u32 step, void *context)
{
	struct ftp_work *work = ((struct ftp_reading *)context)->work;
	__u32 at = work->at;
	__u8 c = byte_at(work, at);

	if (at >= work->end)
		return 1;
	work->at = at + 1;
	if (work->phase == READING_BEFORE) {
		if (c == work->separator)
			work->phase = READING_OPENED;
		return 0;
	}
	if (work->phase == READING_OPENED) {
		if (c == work->separator)
			return 0;
		if (c < 33 || c > 126)
			return 1;
		work->separator = c;
		work->phase = READING_INSIDE;
	}
	if (c != work->separator)
		return 0;
	work->marks[work->count & 3] = at;
	if (++work->count == 4)
		work->phase = READING_DONE;
	return work->count == 4;
}

/* Into marks[], where the four delimiters stand; the first character after `opener` says which they are. */
static __noinline bool
read_fields(struct ftp_work *work, __u32 at, __u8 opener)
{
	work->at = at;
	work->count = 0;
	work->phase = READING_BEFORE;
	work->separator = opener;
	return finish_reading(work, read_field_step);
}

/* Between two delimiters; 0: no port stands there. */
static __always_inline __u32
read_port(const struct ftp_work *work, __u32 from, __u32 to)
{
	__u32 port = 0;

	if (to - from > 5)
		return 0;
	for (__u32 i = 0; i < 5; i++) {
		__u8 c = byte_at(work, from + i);

		if (from + i >= to)
			break;
		if (!is_digit(c))
			return 0;
		port = port * 10 + (c - '0');
	}
	return port <= 0xffff ? port : 0;
}

#define NO_GAP 8

static __always_inline int
hex_value(__u8 c)
{
	__u8 lower = c | 0x20;

	if (is_digit(c))
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static __always_inline bool
end_group(struct ftp_work *work)
{
	if (!work->digits || work->count >= 8)
		return false;
	work->groups[work->count & 7] = bpf_htons(work->value);
	work->count++;
	work->value = 0;
	work->digits = 0;
	return true;
}

/* A colon ends a group; two of them are a gap. */
static __always_inline bool
pass_colon(struct ftp_work *work, __u32 at)
{
	if (byte_at(work, at + 1) != ':')
		return end_group(work);
	if (work->gap != NO_GAP || (work->digits && !end_group(work)) || work->count == 8)
		return false;
	work->gap = work->count;
	work->at++;
	return true;
}

static long
read_ipv6_step(__u32 step, void *context)
{
	struct ftp_work *work = ((struct ftp_reading *)context)->work;
	__u32 at = work->at;
	__u8 c = byte_at(work, at);
	int digit = hex_value(c);

	work->at = at + 1;
	if (at >= work->to) {
		bool ends_well = work->digits ? end_group(work) : work->gap == work->count;

		if (ends_well && at == work->to && (work->gap == NO_GAP ? work->count == 8 : work->count < 8))
			work->phase = READING_DONE;
		return 1;
	}
	if (c == ':')
		return !pass_colon(work, at);
	if (digit < 0 || work->digits == 4)
		return 1;
	work->value = work->value << 4 | digit;
	work->digits++;
	return 0;
}

/* An IPv6 address that fills [from, to), into the place. Without dotted decimals. */
static __noinline bool
read_ipv6_place(struct ftp_work *work, __u32 from, __u32 to)
{
	__u16 *address = (__u16 *)work->place.address;

	work->at = from;
	work->to = to;
	work->value = work->count = work->digits = 0;
	work->gap = NO_GAP;
	work->phase = READING_INSIDE;
	if (!finish_reading(work, read_ipv6_step))
		return false;
	for (__u32 i = 0; i < 8; i++) {
		__u32 gap = work->gap, behind = 8 - work->count;

		if (i < gap)
			address[i] = work->groups[i];
		else
			address[i] = i < gap + behind ? 0 : work->groups[(i - behind) & 7];
	}
	return true;
}

static __always_inline bool
read_ipv4_place(struct ftp_work *work, __u32 from, __u32 to)
{
	if (!read_numbers(work, from, '.', 4) || work->from != from || work->to != to)
		return false;
	work->place.address[0] = first_four(work);
	work->place.address[1] = 0;
	return true;
}
