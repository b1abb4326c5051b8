/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At the ingress of traffic control: carries out the order of prepare_cut (RFC 791 section 3.2, RFC 8200 section 4.5). One
 * run sends one piece; before it takes the others away, a copy of the whole goes through this interface once more.
 */
#pragma once

#include <linux/pkt_cls.h>

#include "checksum.h"
#include "cut.h"

#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET 0x1fff
#define ROOM_STEP 4080			/* adjust_room takes no more at once */
#define ROOM_STEPS 17			/* 64 KiB */

struct fragment_header {
	__u8 next_header;
	__u8 reserved;
	__be16 offset;			/* in units of 8 already, since its last bits are flags */
	__u32 id;
};

struct piece {
	__u32 offset;			/* in the payload, a multiple of 8 */
	__u32 size;
	bool is_last;
};

static __always_inline bool
read_order(struct __sk_buff *skb, struct cut_order *order)
{
	const struct cut_order *meta = (void *)(long)skb->data_meta;

	if ((void *)(meta + 1) > (void *)(long)skb->data || meta->magic != CUT_MAGIC)
		return false;
	*order = *meta;
	return true;
}

/* The rest is for the copy. */
static __always_inline bool
pass_copy(struct __sk_buff *skb, __u32 offset)
{
	struct cut_order *meta = (void *)(long)skb->data_meta;

	if ((void *)(meta + 1) > (void *)(long)skb->data)
		return false;
	meta->offset = offset;
	return !bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS);
}

/* room: of a piece's payload. */
static __always_inline struct piece
next_piece(const struct cut_order *order, __u32 payload, __u32 room)
{
	struct piece piece = { .offset = order->offset, .size = payload - order->offset, .is_last = true };

	if (piece.size > room) {
		piece.size = room & ~7;
		piece.is_last = false;
	}
	return piece;
}

/* Takes away what is behind the IP header. */
static __always_inline bool
remove_room(struct __sk_buff *skb, __u32 size)
{
	for (int i = 0; i < ROOM_STEPS && size; i++) {
		__u32 step = size < ROOM_STEP ? size : ROOM_STEP;

		if (bpf_skb_adjust_room(skb, -(__s32)step, BPF_ADJ_ROOM_NET, 0))
			return false;
		size -= step;
	}
	return !size;
}

static __always_inline bool
become_ipv4_piece(struct __sk_buff *skb, struct iphdr *ip, const struct piece *piece)
{
	__u16 word = bpf_ntohs(ip->frag_off);
	const __u32 *words = (const __u32 *)ip;

	if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(*ip) + piece->offset + piece->size, 0) ||
	    !remove_room(skb, piece->offset))
		return false;
	ip->tot_len = bpf_htons(sizeof(*ip) + piece->size);
	ip->frag_off = bpf_htons(((word & IPV4_OFFSET) + (piece->offset >> 3)) |
				 (piece->is_last ? word & IPV4_MORE_FRAGMENTS : IPV4_MORE_FRAGMENTS));
	ip->check = 0;
	ip->check = ~fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]);
	return !bpf_skb_store_bytes(skb, ETH_HLEN, ip, sizeof(*ip), 0);
}

/* The fragment header takes the place of the last bytes removed; the first piece has none to give. */
static __always_inline bool
become_ipv6_piece(struct __sk_buff *skb, struct ipv6hdr *ip, const struct piece *piece, __u32 id)
{
	struct fragment_header fragment = {
		.next_header = ip->nexthdr, .offset = bpf_htons(piece->offset | !piece->is_last), .id = id,
	};

	if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(*ip) + piece->offset + piece->size, 0))
		return false;
	if (piece->offset ? !remove_room(skb, piece->offset - sizeof(fragment))
			  : bpf_skb_adjust_room(skb, sizeof(fragment), BPF_ADJ_ROOM_NET, 0))
		return false;
	ip->payload_len = bpf_htons(sizeof(fragment) + piece->size);
	ip->nexthdr = IPPROTO_FRAGMENT;
	return !bpf_skb_store_bytes(skb, ETH_HLEN, ip, sizeof(*ip), 0) &&
	       !bpf_skb_store_bytes(skb, ETH_HLEN + sizeof(*ip), &fragment, sizeof(fragment), 0);
}

static __always_inline bool
send_ipv4_piece(struct __sk_buff *skb, const struct cut_order *order)
{
	struct piece piece;
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)))
		return false;
	piece = next_piece(order, bpf_ntohs(ip.tot_len) - sizeof(ip), order->mtu - sizeof(ip));
	return (piece.is_last || pass_copy(skb, piece.offset + piece.size)) && become_ipv4_piece(skb, &ip, &piece);
}

static __always_inline bool
send_ipv6_piece(struct __sk_buff *skb, const struct cut_order *order)
{
	__u32 room = order->mtu - sizeof(struct ipv6hdr) - sizeof(struct fragment_header);
	struct piece piece;
	struct ipv6hdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)))
		return false;
	piece = next_piece(order, bpf_ntohs(ip.payload_len), room);
	return (piece.is_last || pass_copy(skb, piece.offset + piece.size)) &&
	       become_ipv6_piece(skb, &ip, &piece, order->id);
}

SEC("tc")
int cut_oversize(struct __sk_buff *skb)
{
	struct cut_order order;
	bool is_ready;

	if (likely(!read_order(skb, &order)))
		return TC_ACT_UNSPEC;
	if (skb->protocol == bpf_htons(ETH_P_IP))
		is_ready = send_ipv4_piece(skb, &order);
	else
		is_ready = skb->protocol == bpf_htons(ETH_P_IPV6) && send_ipv6_piece(skb, &order);
	return is_ready ? bpf_redirect(order.ifindex, 0) : TC_ACT_SHOT;
}
