/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the Call-ID in the text of a SIP message: the very bytes that IPVS takes for it, from the very messages (get_callid in
 * net/netfilter/ipvs/ip_vs_pe_sip.c and what it asks of nf_conntrack_sip.c), for two directors may serve one call. So it is
 * odd where that is: a first line is never looked at, nor is one behind an empty line that ends in LF alone; a header whose name
 * only begins with Call-ID ends the search; after an empty value it goes on as far behind it as the value was from the beginning.
 */
#pragma once

#include "call_text.h"

enum call_phase {
	CALL_LINES,			/* between headers */
	CALL_BEFORE_COLON,
	CALL_BEFORE_VALUE,
	CALL_WORD,			/* in the value, */
	CALL_DOMAIN,			/* behind its @ */
	CALL_FOUND,
	CALL_NONE,
};

struct call_reading {
	struct xdp_md *ctx;
	struct call_work *work;
};

static __always_inline bool
is_blank(__u8 c)
{
	return c == ' ' || c == '\t';
}

static __always_inline bool
is_line_end(__u8 c)
{
	return c == '\r' || c == '\n';
}

/* The kernel's isalpha: Latin-1's letters are some, too. */
static __always_inline bool
is_letter(__u8 c)
{
	__u8 lower = c | 0x20;

	return (lower >= 'a' && lower <= 'z') || (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/* A bit for each of the 128 characters of ASCII that a word of RFC 3261 may have: letters, digits and -.!%*_+`'~()<>:\"/[]?{} */
static __always_inline bool
is_word_character(__u8 c)
{
	const __u64 low = 0xd7ffefa600000000ULL, high = 0x6fffffffbffffffeULL;

	if (c >= 0x80)
		return is_letter(c);
	return (c < 0x40 ? low >> c : high >> (c - 0x40)) & 1;
}

#define EACH_BYTE(c) ((c) * 0x0101010101010101ULL)

/* The lowest bit that is set stands in the first of the eight bytes that is zero. */
static __always_inline __u64
zero_bytes(__u64 word)
{
	return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

/* How many bytes stand before the first of these eight that ends a line; 8: none does. */
static __always_inline __u32
line_end_in(__u64 word)
{
	__u64 ends = zero_bytes(word ^ EACH_BYTE('\r')) | zero_bytes(word ^ EACH_BYTE('\n'));
	__u32 before = 0;

	if (!ends)
		return 8;
	for (__u32 half = 4; half; half /= 2) {
		if (ends << (64 - half * 8))
			continue;
		ends >>= half * 8;
		before += half;
	}
	return before;
}

static __always_inline __u64
text_word(const struct call_work *work)
{
	__u32 at = (work->at - work->window) & (TEXT_WINDOW - 1);

	return *(const __u64 *)&work->bytes[at];
}

#define CALL_ID_NAME 0x0064692d6c6c6163ULL	/* "call-id", the first letter lowest */
#define LOWER_CASE_7 0x0020200020202020ULL

static __always_inline long
end_reading(struct call_work *work, enum call_phase phase)
{
	work->phase = phase;
	return 1;
}

/* Over CR, LF or both, on which reading stands. False: the text ends there. */
static __always_inline bool
pass_line_end(struct call_work *work)
{
	bool is_return = text_byte(work, work->at) == '\r';

	work->at++;
	if (work->at < work->end && is_return && text_byte(work, work->at) == '\n')
		work->at++;
	return work->at < work->end;
}

/* The name of the header that begins here, long or short, is passed if it is the one. */
static __always_inline bool
pass_name(struct call_work *work)
{
	__u32 left = work->end - work->at;
	__u64 word = text_word(work);

	if (left >= 7 && ((word & 0xffffffffffffffULL) | LOWER_CASE_7) == CALL_ID_NAME) {
		work->at += 7;
		return true;
	}
	if (left < 2 || (word & 0xdf) != 'I' || is_letter(word >> 8))
		return false;
	work->at++;
	return true;
}

static __always_inline long
read_lines(struct call_work *work)
{
	work->at += line_end_in(text_word(work));
	if (work->at >= work->end)
		return end_reading(work, CALL_NONE);
	if (!is_line_end(text_byte(work, work->at)))
		return 0;
	if (!pass_line_end(work))
		return end_reading(work, CALL_NONE);
	/* A line that goes on from the one before, or another header's; the search goes on behind its first character. */
	if (is_blank(text_byte(work, work->at)) || !pass_name(work)) {
		work->at++;
		return 0;
	}
	work->phase = CALL_BEFORE_COLON;
	work->is_folded = false;
	return 0;
}

/* Blanks may go on in the next line, once. */
static __always_inline long
pass_fold(struct call_work *work)
{
	if (!pass_line_end(work) || !is_blank(text_byte(work, work->at)))
		return end_reading(work, CALL_NONE);
	work->is_folded = true;
	work->at++;
	return 0;
}

static __always_inline long
read_blanks(struct call_work *work)
{
	__u8 c = text_byte(work, work->at);

	if (is_blank(c)) {
		work->at++;
		return 0;
	}
	if (is_line_end(c) && !work->is_folded)
		return pass_fold(work);
	if (work->phase == CALL_BEFORE_COLON) {
		if (c != ':')
			return end_reading(work, CALL_NONE);
		work->at++;
		work->phase = CALL_BEFORE_VALUE;
		work->is_folded = false;
		return 0;
	}
	work->value = work->at;
	work->phase = CALL_WORD;
	return 0;
}

static __always_inline void
take_character(struct call_work *work, __u8 c)
{
	__u32 index = work->at - work->value;

	if (index < CALL_ID_MAX)
		work->call.text[index] = c;
	work->at++;
}

/* There is no value, or nothing behind its @. */
static __always_inline long
search_further(struct call_work *work)
{
	work->restarts_from += work->value;
	work->at = work->restarts_from;
	work->phase = CALL_LINES;
	clear(&work->call, sizeof(work->call));
	return 0;
}

static __always_inline long
end_value(struct call_work *work)
{
	__u32 length = work->at - work->value;

	if (work->at == (work->phase == CALL_DOMAIN ? work->domain : work->value))
		return search_further(work);
	if (length > CALL_ID_MAX || work->at >= work->end || !is_line_end(text_byte(work, work->at)))
		return end_reading(work, CALL_NONE);
	work->call.length = length;
	return end_reading(work, CALL_FOUND);
}

static __always_inline long
read_value(struct call_work *work)
{
	__u8 c = text_byte(work, work->at);

	if (work->at < work->end && is_word_character(c)) {
		take_character(work, c);
		return 0;
	}
	if (work->phase == CALL_WORD && work->at < work->end && work->at > work->value && c == '@') {
		take_character(work, c);
		work->phase = CALL_DOMAIN;
		work->domain = work->at;
		return 0;
	}
	return end_value(work);
}

static long
read_step(__u32 step, void *context)
{
	struct call_reading *reading = context;
	struct call_work *work = reading->work;
	bool is_in_value = work->phase == CALL_WORD || work->phase == CALL_DOMAIN;

	if (work->at >= work->end && !is_in_value)
		return end_reading(work, CALL_NONE);
	if (work->at < work->end && !is_in_window(work) && !move_window(reading->ctx, work))
		return end_reading(work, CALL_NONE);
	if (is_in_value)
		return read_value(work);
	return work->phase == CALL_LINES ? read_lines(work) : read_blanks(work);
}

/* Each step is over a byte at least, but for three that change the phase alone, once a header. */
#define STEPS_MAX (2 * 65536)

/* Keyed, as all that finds a line: or else calls could be made up that share a window. */
static __always_inline __u64
hash_call(const struct call_id *call)
{
	const __u64 *words = (const __u64 *)call;
	__u64 hash = 0;

	for (__u32 i = 0; i < sizeof(*call) / 8 && i <= call->length / 8; i++) {
		hash = (hash ^ words[i]) * limits.hash_keys[i & 3];
		hash ^= hash >> 32;
	}
	return hash;
}

/* The text of a UDP datagram. False: there is none. */
static __always_inline bool
find_text(const struct facts *packet, bool is_assembled, struct call_work *work)
{
	const struct errand *errand = errand_here();
	const struct assembly *assembly;

	work->is_assembled = is_assembled;
	if (!is_assembled) {
		work->text = packet->transport_offset + sizeof(struct udphdr);
		work->end = packet->network_offset + packet->length - work->text;
		return true;
	}
	assembly = errand ? assembly_at(errand->assembly) : NULL;
	if (!assembly || assembly->total < sizeof(struct udphdr))
		return false;
	work->assembly = errand->assembly;
	work->text = sizeof(struct udphdr);
	work->end = assembly->total - sizeof(struct udphdr);
	return true;
}

/* Of the packet's call is its Call-ID in call_work then. False: it is of none. */
__noinline int
read_call(struct xdp_md *ctx, const struct facts *packet, bool is_assembled)
{
	struct call_work *work = call_work_here();
	struct call_reading reading = { ctx, work };

	if (!packet || !work || packet->protocol != IPPROTO_UDP || packet->is_quoted || !find_text(packet, is_assembled, work))
		return false;
	work->at = work->restarts_from = 0;
	work->window = work->at - TEXT_WINDOW;	/* nothing is in it */
	work->phase = CALL_LINES;
	clear(&work->call, sizeof(work->call));
	bpf_loop(STEPS_MAX, read_step, &reading, 0);
	if (work->phase != CALL_FOUND)
		return false;
	work->hash = hash_call(&work->call);
	return true;
}
