/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where fragments wait until all of their packet are there. Each source has one of ROOMS rooms, chosen by a keyed hash: a
 * few packets being put together and a ring of bytes, in which the newest overwrite the oldest. So a flood of fragments that
 * never become packets costs no more memory than this, and pushes out only what shares the flooder's room.
 */
#pragma once

#include "checksum.h"
#include "maps.h"

#define ROOMS 32
#define ROOM_SIZE 0x20000		/* bytes of its ring: two packets of the largest size */
#define PIECE_MAX 0x4000		/* a larger fragment is none of any link we know */
#define PACKETS_PER_ROOM 32
#define PIECES_MAX 64			/* of one packet */
#define IP_HEADER_MAX 60
#define HEAD_MAX 256

/* As net.ipv4.ipfrag_time, and net.ipv6's half of its own. */
#define REASSEMBLY_S 30

enum assembly_state : __u8 {
	ASSEMBLY_FREE = 0,
	ASSEMBLY_GATHERING = 1,
	ASSEMBLY_FOREIGN = 2,		/* its first fragment was none of ours: the others pass, too */
	ASSEMBLY_COMPLETE = 3,		/* being directed and sent */
};

/* A fragment's payload: where it is in the packet's, and where in the room. */
struct held {
	__u64 position;			/* counts on for ever; the place in the ring is its remainder */
	__u16 offset;
	__u16 length;
	__u32 pad;
};

/* How the whole packet leaves, in frames made by sender.h. What is said of bytes is in host order. */
struct departure {
	__u64 ticket;			/* random: the frame that shows it may have the packet sent, once */
	__u32 ifindex;
	__u32 to_host;			/* BPF_F_INGRESS: back to the host, as if it had come so */
	__u16 head_size;		/* of `head` that is filled */
	__u16 network;			/* offset of the outer IP header in `head` */
	__u16 network_end;		/* what comes after is what is cut: the stream */
	__u16 space;			/* of the stream in one frame; 0: all of it, and no fragment */
	__u32 stream;			/* its length */
	__u32 at;			/* how much of it has been sent */
	__u32 id;			/* of an IPv6 fragment header */
	__u8 protocol;			/* what that header says comes next */
	__u8 keep;			/* frames end where the fragments that came did */
	__u8 outer;			/* enum family */
	__u8 pad;
	__u64 header_sum;		/* of an IPv4 header without length, fragment field and checksum */
};

/* A packet that is being put together. */
struct assembly {
	__u64 addresses[4];
	__u32 id;
	__u8 protocol;
	enum family family;
	enum assembly_state state;
	__u8 ecn;			/* bit of each codepoint seen */
	__u32 born;			/* low half of jiffies */
	__u32 total;			/* bytes of payload; 0: the last fragment is missing */
	__u32 have;
	__u32 reach;			/* end of the furthest */
	__u16 largest;			/* fragment, its headers included */
	__u16 largest_df;		/* of those with DF */
	__u16 piece_count;
	__u16 header_size;		/* of the first fragment's IP header; 0: it is missing */
	__u16 transport_size;		/* of the payload that stands in the frame while the packet is directed */
	__u8 lacks_checksum;		/* a UDP datagram without one */
	__u8 pad;
	__u16 first_size;		/* of the first fragment's payload */
	__u16 longest_later;		/* of any other's */
	struct departure departure;
	struct held pieces[PIECES_MAX];
	__u8 header[64];
	__u8 head[2 * HEAD_MAX];	/* half is used, all for the verifier's arithmetic */
};

struct room {
	__u64 end;			/* position after the newest byte */
	__u32 lock;
	__u32 pad;
	/* A piece never wraps: one that begins near the end runs over it. Twice, for the verifier's arithmetic. */
	__u8 bytes[ROOM_SIZE + 2 * PIECE_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ROOMS * PACKETS_PER_ROOM);
	__type(key, __u32);
	__type(value, struct assembly);
} assemblies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ROOMS);
	__type(key, __u32);
	__type(value, struct room);
} rooms SEC(".maps");

static __always_inline struct assembly *
assembly_at(__u32 index)
{
	return bpf_map_lookup_elem(&assemblies, &index);
}

static __always_inline struct room *
room_of(__u32 assembly)
{
	__u32 index = assembly / PACKETS_PER_ROOM;

	return bpf_map_lookup_elem(&rooms, &index);
}

static __always_inline __u32
room_of_source(const struct facts *packet)
{
	__u64 hash;

	if (packet->family == FAMILY_IPV4)
		hash = source_ipv4(packet) * limits.hash_keys[0];
	else
		hash = packet->addresses[0] * limits.hash_keys[0] + packet->addresses[1] * limits.hash_keys[1];
	/* As in hash_packet(): an address's last byte stands in the upper bits, where a product alone would leave it. */
	hash ^= hash >> 32;
	return (hash * 0x9fb21c651e98df25ULL >> 40) % ROOMS;
}

/* Bookkeeping takes well under a microsecond, so whoever waits longer gives up. */
static __always_inline bool
enter_room(struct room *room)
{
	for (int attempt = 0; attempt < 500; attempt++)
		if (!__sync_val_compare_and_swap(&room->lock, 0, 1))
			return true;
	return false;
}

static __always_inline void
leave_room(struct room *room)
{
	__sync_lock_test_and_set(&room->lock, 0);
}

static __always_inline __u32
place_of(__u64 position)
{
	return position & (ROOM_SIZE - 1);
}

/* Copied before this is asked, bytes are good. */
static __always_inline bool
is_still_there(const struct room *room, const struct held *piece)
{
	return *(volatile const __u64 *)&room->end - piece->position <= ROOM_SIZE;
}

struct sum_walk {
	__u32 assembly;
	__u32 from;			/* in the packet's payload */
	__u32 to;
	__u32 place;
	__u32 left;
	__u32 pad;
	__u64 sum;
};

static long
sum_words(__u32 step, void *context)
{
	struct sum_walk *walk = context;
	const struct room *room = room_of(walk->assembly);
	__u32 place = walk->place, left = walk->left;
	__u64 word;

	if (!left || !room || place > sizeof(room->bytes) - sizeof(word))
		return 1;
	word = *(const __u64 *)&room->bytes[place];
	if (left < sizeof(word))
		word &= (1ULL << left * 8) - 1;
	walk->sum += (__u32)word + (word >> 32);
	walk->place = place + sizeof(word);
	walk->left = left < sizeof(word) ? 0 : left - sizeof(word);
	return 0;
}

/* Of a piece, what is in [from, to) of the packet's payload. */
struct overlap {
	__u32 begin;			/* in the payload */
	__u32 place;			/* in the room */
	__u32 size;			/* 0: nothing is */
};

static __always_inline struct overlap
overlap_of(const struct held *piece, __u32 from, __u32 to)
{
	struct overlap overlap = { .begin = piece->offset > from ? piece->offset : from };
	__u32 end = piece->offset + piece->length;

	end = end < to ? end : to;
	overlap.place = place_of(piece->position) + ((overlap.begin - piece->offset) & (PIECE_MAX - 1));
	overlap.size = overlap.begin < end ? end - overlap.begin : 0;
	return overlap;
}

static long
sum_piece(__u32 i, void *context)
{
	struct sum_walk *walk = context;
	const struct assembly *assembly = assembly_at(walk->assembly);
	struct overlap overlap;

	if (!assembly || i >= PIECES_MAX || i >= assembly->piece_count)
		return 1;
	overlap = overlap_of(&assembly->pieces[i], walk->from, walk->to);
	if (!overlap.size)
		return 0;
	walk->place = overlap.place;
	walk->left = overlap.size;
	bpf_loop(PIECE_MAX / 8, sum_words, walk, 0);
	return 0;
}

/* The sum of the packet's payload from `from` (a multiple of 4) up to `to`, as it came. */
__noinline __u64
sum_pieces(__u32 index, __u32 from, __u32 to)
{
	struct sum_walk walk = { .assembly = index, .from = from, .to = to };

	bpf_loop(PIECES_MAX, sum_piece, &walk, 0);
	return walk.sum;
}
