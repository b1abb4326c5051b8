/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where each CPU reads the text of a SIP message, however long: a window of it at a time, from the frame, or from where
 * fragments wait if that is what it came in.
 */
#pragma once

#include "ending.h"
#include "rooms.h"

#define TEXT_WINDOW 512
#define TEXT_AHEAD 16			/* one step looks no further */

struct call_work {
	__u32 at;			/* what is read next; all places are counted from the text's beginning */
	__u32 end;
	__u32 window;			/* where that begins */
	__u32 value;			/* where the value of the header begins that is being read, */
	__u32 domain;			/* and the part of it behind the @ */
	__u32 restarts_from;
	__u8 phase;			/* enum call_phase */
	bool is_folded;			/* the blanks went on in the next line */
	bool is_assembled;
	__u8 pad;
	__u32 text;			/* where it begins in the frame; or in the payload put together from fragments */
	__u32 assembly;
	__u32 pad2;
	__u8 bytes[2 * TEXT_WINDOW];	/* half is used, all for the verifier's arithmetic */
	__u64 hash;			/* of what was found */
	struct call_id call;
	struct facts request;		/* calling.h's, as the next: no stack has room for them */
	struct connection line;
};

ARRAY(call_works, struct call_work);	/* [CPU] */

static __always_inline struct call_work *
call_work_here(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&call_works, &cpu);
}

static __always_inline __u8
text_byte(const struct call_work *work, __u32 at)
{
	return work->bytes[(at - work->window) & (TEXT_WINDOW - 1)];
}

/* Over pieces of a packet that came in fragments. */
struct window_walk {
	__u32 assembly;
	__u32 from;			/* in the packet's payload: where the window begins */
	__u32 to;			/* in the window */
	__u32 place;			/* in the room */
	__u32 left;
};

static long
copy_byte(__u32 step, void *context)
{
	struct window_walk *walk = context;
	struct call_work *work = call_work_here();
	const struct room *room = room_of(walk->assembly);
	__u32 place = walk->place;

	if (!walk->left || !work || !room || place >= sizeof(room->bytes))
		return 1;
	work->bytes[walk->to & (TEXT_WINDOW - 1)] = room->bytes[place];
	walk->to++;
	walk->place++;
	walk->left--;
	return 0;
}

/* The part of a piece that is in the window. */
static long
copy_piece(__u32 i, void *context)
{
	struct window_walk *walk = context;
	const struct assembly *assembly = assembly_at(walk->assembly);
	struct overlap overlap;

	if (!assembly || i >= PIECES_MAX || i >= assembly->piece_count)
		return 1;
	overlap = overlap_of(&assembly->pieces[i], walk->from, walk->from + TEXT_WINDOW);
	if (!overlap.size)
		return 0;
	walk->to = overlap.begin - walk->from;
	walk->place = overlap.place;
	walk->left = overlap.size;
	bpf_loop(TEXT_WINDOW, copy_byte, walk, 0);
	return 0;
}

/* The window begins where reading is. False: it cannot be read. */
static __always_inline bool
move_window(struct xdp_md *ctx, struct call_work *work)
{
	struct window_walk walk = { .assembly = work->assembly, .from = work->text + work->at };
	__u32 size = work->end - work->at;

	work->window = work->at;
	if (work->is_assembled) {
		bpf_loop(PIECES_MAX, copy_piece, &walk, 0);
		return true;
	}
	size = sure_size(size < TEXT_WINDOW ? size : TEXT_WINDOW, TEXT_WINDOW);
	return !bpf_xdp_load_bytes(ctx, work->text + work->at, work->bytes, size);
}

/* All that one step reads, and the byte before, is in the window. */
static __always_inline bool
is_in_window(const struct call_work *work)
{
	return work->at - work->window <= TEXT_WINDOW - TEXT_AHEAD;
}
