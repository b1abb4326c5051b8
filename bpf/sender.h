/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends what XDP cannot: several frames for one. At tc's ingress hook of the interface a fragment came by, the frame that XDP
 * made a ticket is found again as an skb, which can be given any length and cloned; each clone is one fragment. All other
 * packets that XDP passed go on after a look at their first four bytes.
 */
#pragma once

#include "departure.h"

#define TC_ACT_UNSPEC (-1)
#define TC_ACT_SHOT 2
#define FRAMES_MAX 128
#define OPTION_COPIED 0x80
#define OPTION_END 0
#define OPTION_NOP 1

/* The part [at, at + length) of the stream that goes into a frame of the skb, after its headers. */
struct part {
	struct __sk_buff *skb;
	__u32 assembly;
	__u32 from;			/* in the packet's payload */
	__u32 to;
	__u32 offset;			/* of `from` in the frame */
	__u32 failed;
};

static long
store_piece(__u32 i, void *context)
{
	struct part *part = context;
	const struct assembly *assembly = assembly_at(part->assembly);
	struct room *room = room_of(part->assembly);
	struct overlap overlap;
	__u32 at;

	if (!assembly || !room || i >= PIECES_MAX || i >= assembly->piece_count)
		return 1;
	overlap = overlap_of(&assembly->pieces[i], part->from, part->to);
	if (!overlap.size)
		return 0;
	at = part->offset + overlap.begin - part->from;
	if (overlap.size > PIECE_MAX || overlap.place > sizeof(room->bytes) - PIECE_MAX ||
	    bpf_skb_store_bytes(part->skb, at, &room->bytes[overlap.place], sure_size(overlap.size, PIECE_MAX), 0) ||
	    !is_still_there(room, &assembly->pieces[i]))
		part->failed = 1;
	return part->failed;
}

/* Where the frame that begins at `at` ends, if frames end as the fragments did. 0: no fragment begins there. */
static __always_inline __u32
kept_length(const struct assembly *assembly, const struct departure *departure)
{
	__u32 before = departure->head_size - departure->network_end - assembly->transport_size;
	__u32 offset = departure->at ? departure->at - before : 0;

	for (int i = 0; i < PIECES_MAX && i < assembly->piece_count; i++)
		if (assembly->pieces[i].offset == offset)
			return assembly->pieces[i].length + (offset ? 0 : before);
	return 0;
}

static __always_inline __u32
length_of_next(const struct assembly *assembly, const struct departure *departure)
{
	__u32 left = departure->stream - departure->at;

	if (departure->keep)
		return kept_length(assembly, departure);
	return departure->space && departure->space < left ? departure->space : left;
}

/* Options that are for the first fragment alone are no operation in the others (RFC 791). */
static __always_inline void
blank_options(struct assembly *assembly, struct departure *departure)
{
	__u32 at = departure->network + sizeof(struct iphdr), left = 0;
	bool is_copied = false;

	for (__u32 i = 0; i < IP_HEADER_MAX - sizeof(struct iphdr) && at < departure->network_end; i++, at++) {
		__u8 *option = &assembly->head[at & (HEAD_MAX - 1)];

		if (!left) {
			if (*option == OPTION_END)
				break;
			is_copied = *option & OPTION_COPIED;
			left = *option == OPTION_NOP ? 1 : assembly->head[(at + 1) & (HEAD_MAX - 1)];
			left = left ? left : 1;
		}
		if (!is_copied)
			*option = OPTION_NOP;
		left--;
	}
	describe_ipv4(departure, assembly->head);
}

static __always_inline bool
store_ipv4(struct __sk_buff *skb, const struct assembly *assembly, const struct departure *departure, __u32 length)
{
	__u32 at = departure->network;
	const struct iphdr *model = (const struct iphdr *)&assembly->head[at & 31];
	bool more = departure->at + length < departure->stream;
	struct {
		__be16 length, id, field;
	} word;
	__u16 check;

	word.length = bpf_htons(departure->network_end - at + length);
	word.id = model->id;
	word.field = model->frag_off;
	if (departure->space) {
		/* Kept as they came, fragments say no more that none must be made. */
		word.field = bpf_htons(departure->at / 8 | (more ? IPV4_MORE : 0));
		if (!departure->keep)
			word.field |= model->frag_off & IPV4_DF;
	}
	check = ~fold(departure->header_sum + word.length + word.field);
	return !bpf_skb_store_bytes(skb, at + offsetof(struct iphdr, tot_len), &word, sizeof(word), 0) &&
	       !bpf_skb_store_bytes(skb, at + offsetof(struct iphdr, check), &check, sizeof(check), 0);
}

static __always_inline bool
store_ipv6(struct __sk_buff *skb, const struct departure *departure, __u32 length)
{
	__u32 at = departure->network;
	__u8 next_header = IPPROTO_FRAGMENT;
	bool more = departure->at + length < departure->stream;
	struct ipv6_fragment_header fragment = {
		.next_header = departure->protocol,
		.offset = bpf_htons(departure->at | (more ? IPV6_MORE : 0)),
		.id = departure->id,
	};
	__be16 payload = bpf_htons(length + (departure->space ? sizeof(fragment) : 0));

	if (bpf_skb_store_bytes(skb, at + offsetof(struct ipv6hdr, payload_len), &payload, sizeof(payload), 0))
		return false;
	if (!departure->space)
		return true;
	return !bpf_skb_store_bytes(skb, at + offsetof(struct ipv6hdr, nexthdr), &next_header, sizeof(next_header), 0) &&
	       !bpf_skb_store_bytes(skb, departure->network_end, &fragment, sizeof(fragment), 0);
}

/* What of the stream is in the head: an outer header's rest, the inner packet's headers, the transport header. */
static __always_inline bool
store_head(struct __sk_buff *skb, const struct assembly *assembly, const struct departure *departure, __u32 offset, __u32 length)
{
	__u32 in_head = departure->head_size - departure->network_end, size, from;

	if (departure->at >= in_head)
		return true;
	size = in_head - departure->at;
	size = size < length ? size : length;
	from = departure->network_end + departure->at;
	if (!size || size > HEAD_MAX || !is_within(&from, 0, HEAD_MAX))
		return false;
	return !bpf_skb_store_bytes(skb, offset, &assembly->head[from], sure_size(size, HEAD_MAX), 0);
}

struct sending {
	struct __sk_buff *skb;
	__u32 assembly;
	__u32 failed;
};

/* One frame: filled, cloned, sent. */
static long
send_frame(__u32 i, void *context)
{
	struct sending *sending = context;
	struct __sk_buff *skb = sending->skb;
	struct assembly *assembly = assembly_at(sending->assembly);
	struct departure *departure;
	__u32 length, header, in_head;
	struct part part = { .skb = skb, .assembly = sending->assembly };

	if (!assembly)
		return 1;
	departure = &assembly->departure;
	if (departure->at >= departure->stream)
		return 1;
	sending->failed = 1;
	length = length_of_next(assembly, departure);
	header = departure->network_end;
	if (!length || !is_within(&header, sizeof(struct ethhdr), HEAD_MAX / 2))
		return 1;
	part.offset = header + (departure->outer == FAMILY_IPV6 && departure->space ? IPV6_FRAGMENT_HEADER : 0);
	if (bpf_skb_change_tail(skb, part.offset + length, 0) || bpf_skb_store_bytes(skb, 0, assembly->head, header, 0))
		return 1;
	if (departure->outer == FAMILY_IPV4 ? !store_ipv4(skb, assembly, departure, length) : !store_ipv6(skb, departure, length))
		return 1;
	if (!store_head(skb, assembly, departure, part.offset, length))
		return 1;
	in_head = departure->head_size - header;
	part.from = departure->at + assembly->transport_size - in_head;
	part.to = part.from + length;
	if (departure->at < in_head) {
		part.offset += in_head - departure->at;
		part.from = assembly->transport_size;
	}
	if (part.to > part.from && (__s32)part.to > 0)
		bpf_loop(PIECES_MAX, store_piece, &part, 0);
	if (part.failed || bpf_clone_redirect(skb, departure->ifindex, departure->to_host))
		return 1;
	sending->failed = 0;
	if (!departure->at && departure->outer == FAMILY_IPV4 && departure->network_end - departure->network > sizeof(struct iphdr))
		blank_options(assembly, departure);
	departure->at += length;
	return 0;
}

static __always_inline bool
read_ticket_at(struct __sk_buff *skb, __u32 offset, struct ticket *ticket)
{
	return !bpf_skb_load_bytes(skb, offset, ticket, sizeof(*ticket)) && !ticket->zero && ticket->ticket;
}

/* After generic XDP the kernel may have forgotten where the Ethernet header is: then the frame begins behind it. */
static __always_inline bool
read_ticket(struct __sk_buff *skb, struct ticket *ticket)
{
	return read_ticket_at(skb, offsetof(struct ticket_frame, ticket), ticket) || read_ticket_at(skb, 0, ticket);
}

SEC("tc")
int send_fragments(struct __sk_buff *skb)
{
	struct sending sending = { .skb = skb };
	struct assembly *assembly;
	struct ticket ticket;

	if (!read_ticket(skb, &ticket))
		return TC_ACT_UNSPEC;
	assembly = assembly_at(ticket.assembly);
	if (!assembly ||
	    __sync_val_compare_and_swap(&assembly->departure.ticket, ticket.ticket, 0) != ticket.ticket)
		return TC_ACT_UNSPEC;
	sending.assembly = ticket.assembly;
	bpf_loop(FRAMES_MAX, send_frame, &sending, 0);
	assembly->state = ASSEMBLY_FREE;
	return TC_ACT_SHOT;
}
