/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a directed packet leaves. Nearly every one is a whole frame. One put together from fragments is only its headers: what
 * is to be sent is written down in its assembly, and the frame, by now a mere ticket, is passed on to sender.h.
 */
#pragma once

#include "ending.h"
#include "parse.h"
#include "rooms.h"
#include "transmit.h"

/* `ending->assembled` is a constant in each program, so whole packets pay nothing for this. */
static __always_inline int
depart(const struct xdp_md *ctx, const struct next_hop *hop, struct ending *ending)
{
	if (!ending->assembled)
		return transmit(ctx, hop);
	struct errand *errand = errand_here();

	ending->mtu = hop->mtu;
	if (errand)
		errand->ifindex = hop->ifindex;
	return XDP_TX;
}

static __always_inline __u32
largest_fragment(void)
{
	const struct errand *errand = errand_here();

	return errand ? errand->largest : 0;
}

/*
 * Does it exceed `mtu`? IPv6 packets that their sender cut may be cut again, but never smaller than he did; of what he sent
 * whole, and of IPv4's, the length counts.
 */
static __always_inline bool
is_larger_than(const struct facts *packet, __u32 mtu, const struct ending *ending)
{
	if (!ending->assembled)
		return packet->length > mtu;
	if (packet->family == FAMILY_IPV6)
		return largest_fragment() > mtu;
	return packet->length > mtu && !packet->may_fragment;
}

/*
 * What the frame to the sender says, and no byte more: an skb cannot be made shorter than to where a transport header was, and
 * that must not be longer than the frames to be sent. No IP header begins with a zero; GRO, which looks at it before
 * the sender does, must not take what follows for IPv6 extension headers.
 */
struct ticket {
	__u32 zero;
	__u16 assembly;
	__u8 next_header;		/* none */
	__u8 pad;
	__u64 ticket;
};

struct ticket_frame {
	__u8 link[sizeof(struct ethhdr)];
	__u8 ticket[sizeof(struct ticket)];
};

struct link_end {
	__u32 offset;
	__be16 ethertype;
};

static __always_inline struct link_end
end_of_link_header(const __u8 *frame)
{
	struct link_end end = { sizeof(struct ethhdr), ((const struct ethhdr *)frame)->h_proto };

	for (int i = 0; i < VLAN_TAGS_MAX && is_vlan(end.ethertype); i++) {
		end.ethertype = *(const __be16 *)(frame + end.offset + 2);
		end.offset += sizeof(struct vlan_header);
	}
	return end;
}

#define IPV6_MTU_MIN 1280
#define IPV6_FRAGMENT_HEADER 8

/*
 * How much of the stream goes into a frame: no frame is larger than the largest fragment that came (ip_do_fragment,
 * ip6_fragment). A tunnel into the other family forgets that, and cuts for the MTU alone.
 */
static __always_inline void
plan_cutting(const struct assembly *assembly, struct departure *departure, __u32 mtu, bool keeps_df)
{
	__u32 header = departure->network_end - departure->network;
	__u32 limit = assembly->largest && assembly->largest < mtu ? assembly->largest : mtu;
	bool must_cut;

	if (departure->outer == FAMILY_IPV4) {
		if (assembly->family == FAMILY_IPV6)
			limit = mtu;
		must_cut = assembly->family == FAMILY_IPV4 || header + departure->stream > mtu;
	} else {
		if (assembly->family == FAMILY_IPV4)
			limit = mtu;
		must_cut = header + departure->stream > limit;
		if (assembly->family == FAMILY_IPV4 && keeps_df)
			must_cut = true;
		if (limit < IPV6_MTU_MIN || (assembly->family == FAMILY_IPV4 && keeps_df))
			limit = IPV6_MTU_MIN;
		header += IPV6_FRAGMENT_HEADER;
	}
	departure->space = must_cut && limit > header ? (limit - header) & ~7U : 0;
}

/*
 * Can the frames end where the fragments did? Then they do, as in the kernel, which keeps their buffers; those of IPv4's fragments
 * have no room for IPv6's headers.
 */
static __always_inline bool
can_keep_pieces(const struct assembly *assembly, const struct departure *departure)
{
	__u32 before = departure->head_size - departure->network_end - assembly->transport_size;

	if (departure->outer == FAMILY_IPV6 && assembly->family == FAMILY_IPV4)
		return false;
	return assembly->piece_count > 1 && !(before & 7) && assembly->first_size + before <= departure->space &&
	       assembly->longest_later <= departure->space;
}

static __always_inline void
describe_ipv4(struct departure *departure, const __u8 *head)
{
	__u32 at = departure->network;
	const struct iphdr *ip = (const struct iphdr *)(head + (at & 31));
	__u32 size = ip->ihl * 4;
	__u64 sum = 0;

	departure->network_end = at + size;
	departure->protocol = ip->protocol;
	for (int i = 0; i < IP_HEADER_MAX / 2; i++)
		if ((__u32)i * 2 < size && i != 1 && i != 3 && i != 5)
			sum += ((const __u16 *)ip)[i];
	departure->header_sum = sum;
}

static __always_inline void
describe_ipv6(const struct assembly *assembly, struct departure *departure, const __u8 *head)
{
	const struct ipv6hdr *ip = (const struct ipv6hdr *)(head + (departure->network & 31));

	departure->network_end = departure->network + sizeof(*ip);
	departure->protocol = ip->nexthdr;
	departure->id = assembly->family == FAMILY_IPV6 ? assembly->id : bpf_get_prandom_u32();
}

/* What the head leads out: the packet itself, or an answer that quotes it. */
struct exit {
	__u32 assembly;			/* index */
	__u32 ifindex;
	__u32 to_host;
	__u32 mtu;			/* 0: as large as it is */
	__u32 payload;			/* bytes of the packet's payload that go with it */
};

/* The sender is this host: nothing on the way there should take the ticket for another's. */
static __always_inline bool
address_to_host(struct xdp_md *ctx, __u8 family)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station = bpf_map_lookup_elem(&stations, &ifindex);
	struct ethhdr link = { .h_proto = family == FAMILY_IPV4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6) };

	if (station)
		copy(link.h_dest, station->mac, ETH_ALEN);
	return !bpf_xdp_store_bytes(ctx, 0, &link, sizeof(link));
}

/* Writes down how the packet leaves, its head being the frame, and makes the frame the sender's ticket. */
__noinline int
hand_to_sender(struct xdp_md *ctx, struct exit *exit)
{
	__u32 size = bpf_xdp_get_buff_len(ctx);
	struct departure *departure;
	struct assembly *assembly;
	struct ticket ticket = {};
	struct link_end end;

	assembly = exit ? assembly_at(exit->assembly) : NULL;
	if (!assembly)
		return XDP_DROP;
	departure = &assembly->departure;
	if (!is_within(&size, sizeof(struct ticket_frame), HEAD_MAX) || bpf_xdp_load_bytes(ctx, 0, assembly->head, size))
		return XDP_DROP;
	end = end_of_link_header(assembly->head);
	departure->ifindex = exit->ifindex;
	departure->to_host = exit->to_host;
	departure->head_size = size;
	departure->network = end.offset;
	departure->outer = end.ethertype == bpf_htons(ETH_P_IP) ? FAMILY_IPV4 : FAMILY_IPV6;
	departure->at = 0;
	departure->space = 0;
	departure->keep = false;
	if (departure->outer == FAMILY_IPV4)
		describe_ipv4(departure, assembly->head);
	else
		describe_ipv6(assembly, departure, assembly->head);
	if (departure->network_end > size)
		return XDP_DROP;
	departure->stream = size - departure->network_end + exit->payload - assembly->transport_size;
	if (exit->mtu) {
		plan_cutting(assembly, departure, exit->mtu, assembly->largest_df && assembly->largest_df == assembly->largest);
		departure->keep = can_keep_pieces(assembly, departure);
	}
	ticket.assembly = exit->assembly;
	ticket.next_header = IPPROTO_NONE;
	ticket.ticket = (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32() | 1;
	departure->ticket = ticket.ticket;
	if (bpf_xdp_adjust_head(ctx, size - sizeof(struct ticket_frame)) || !address_to_host(ctx, departure->outer) ||
	    bpf_xdp_store_bytes(ctx, offsetof(struct ticket_frame, ticket), &ticket, sizeof(ticket)))
		return XDP_DROP;
	return XDP_PASS;
}
