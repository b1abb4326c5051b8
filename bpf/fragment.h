/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments of packets that may be ours: kept until all of a packet are there, in whatever order they come. Then the last
 * frame becomes the whole packet's headers, which is directed like any other packet, and sender.h sends the rest with it. As
 * net/ipv4/ip_fragment.c and net/ipv6/netfilter/nf_conntrack_reasm.c do it, so that the same packets are made whole, and the
 * same refused: pieces that overlap, lengths that contradict each other, ECN that cannot be (RFC 5722, RFC 3168).
 */
#pragma once

#include "caller.h"
#include "concern.h"
#include "ending.h"
#include "next_hop.h"
#include "parse.h"
#include "rooms.h"
#include "service.h"

#define IPV4_OFFSET 0x1fff
#define IPV4_MORE 0x2000
#define IPV6_OFFSET 0xfff8
#define IPV6_MORE 1
#define ECN_BIT_NONE 1
#define ECN_BIT_CE 8

struct ipv6_fragment_header {
	__u8 next_header;
	__u8 reserved;
	__be16 offset;
	__be32 id;
};

struct fragment {
	struct facts;
	__u32 id;
	__u32 data;			/* offset of its payload in the frame */
	__u16 offset;			/* of that in the whole packet's */
	__u16 size;			/* of that */
	__u16 header_size;		/* of its IP header without fragment header */
	__u8 ecn;
	bool more;
	bool may_not_fragment;
	__u8 pad3[3];
};

/* Whatever options there are: the kernel drops it unseen if not. */
static __noinline int
is_ipv4_header_intact(struct xdp_md *ctx, __u32 offset, __u32 size)
{
	__u32 words[16] = {};
	__u64 sum = 0;

	if (!is_within(&size, sizeof(struct iphdr), IP_HEADER_MAX) || bpf_xdp_load_bytes(ctx, offset, words, size))
		return false;
	for (int i = 0; i < IP_HEADER_MAX / 4; i++)
		sum += words[i];
	return fold(sum) == 0xffff;
}

static __always_inline bool
read_ipv4_fragment(struct xdp_md *ctx, struct fragment *fragment)
{
	__u32 size = fragment->transport_offset - fragment->network_offset;
	struct iphdr ip;
	__u16 field;

	if (bpf_xdp_load_bytes(ctx, fragment->network_offset, &ip, sizeof(ip)))
		return false;
	field = bpf_ntohs(ip.frag_off);
	fragment->id = ip.id;
	fragment->offset = (field & IPV4_OFFSET) * 8;
	fragment->more = field & IPV4_MORE;
	fragment->may_not_fragment = ip.frag_off & IPV4_DF;
	fragment->ecn = 1 << (ip.tos & 3);
	fragment->data = fragment->transport_offset;
	fragment->header_size = size;
	fragment->size = fragment->length - size;
	return fragment->length > size && is_ipv4_header_intact(ctx, fragment->network_offset, size);
}

static __always_inline bool
read_ipv6_fragment(struct xdp_md *ctx, struct fragment *fragment)
{
	struct ipv6_fragment_header own;
	__u32 headers = sizeof(struct ipv6hdr) + sizeof(own);
	__be16 class;
	__u16 field;

	if (fragment->transport_offset != fragment->network_offset + sizeof(struct ipv6hdr) ||
	    bpf_xdp_load_bytes(ctx, fragment->network_offset, &class, sizeof(class)) ||
	    bpf_xdp_load_bytes(ctx, fragment->transport_offset, &own, sizeof(own)))
		return false;
	field = bpf_ntohs(own.offset);
	fragment->id = own.id;
	fragment->protocol = own.next_header;
	fragment->offset = field & IPV6_OFFSET;
	fragment->more = field & IPV6_MORE;
	fragment->ecn = 1 << (bpf_ntohs(class) >> 4 & 3);
	fragment->data = fragment->transport_offset + sizeof(own);
	fragment->header_size = sizeof(struct ipv6hdr);
	fragment->size = fragment->length - headers;
	return fragment->length > headers;
}

/* All its bytes are there, it ends where the next can begin, and no packet is longer than its length field can say. */
static __always_inline bool
is_possible(struct xdp_md *ctx, const struct fragment *fragment)
{
	__u32 end = fragment->offset + fragment->size;

	return (!fragment->more || !(fragment->size & 7)) && end + fragment->header_size <= 65535 &&
	       fragment->data + fragment->size <= bpf_xdp_get_buff_len(ctx);
}

static __always_inline __u32
transport_size(__u8 protocol)
{
	return protocol == IPPROTO_TCP ? sizeof(struct tcphdr) : sizeof(struct udphdr);
}

/* ---- gathering --------------------------------------------------------------------------------------------------- */

static __always_inline bool
is_of_packet(const struct assembly *assembly, const struct fragment *fragment)
{
	return assembly->id == fragment->id && assembly->protocol == fragment->protocol &&
	       assembly->family == fragment->family && assembly->addresses[0] == fragment->addresses[0] &&
	       assembly->addresses[1] == fragment->addresses[1] && assembly->addresses[2] == fragment->addresses[2] &&
	       assembly->addresses[3] == fragment->addresses[3];
}

/* How gladly its place is given to another packet. What is being sent will be gone in a moment. */
static __always_inline __u32
dispensability(const struct assembly *assembly, __u32 now)
{
	if (assembly->state == ASSEMBLY_FREE)
		return ~0U;
	if (assembly->state == ASSEMBLY_COMPLETE && now - assembly->born < limits.hz)
		return 0;
	return now - assembly->born;
}

static __always_inline void
begin_assembly(struct assembly *assembly, const struct fragment *fragment)
{
	copy(assembly->addresses, fragment->addresses, sizeof(assembly->addresses));
	assembly->id = fragment->id;
	assembly->protocol = fragment->protocol;
	assembly->family = fragment->family;
	assembly->state = ASSEMBLY_GATHERING;
	assembly->ecn = 0;
	assembly->born = fragment->now;
	assembly->total = 0;
	assembly->have = 0;
	assembly->reach = 0;
	assembly->largest = 0;
	assembly->largest_df = 0;
	assembly->piece_count = 0;
	assembly->header_size = 0;
	assembly->longest_later = 0;
	assembly->transport_size = transport_size(fragment->protocol);
	assembly->departure.ticket = 0;
}

/* Index of the packet's assembly, begun if it is the first fragment to come. The room is entered. */
__noinline __u32
find_assembly(struct fragment *fragment, __u32 room)
{
	__u32 best = 0;
	__u32 victim = NO_ASSEMBLY;
	struct assembly *assembly;

	if (!fragment || room >= ROOMS)
		return NO_ASSEMBLY;
	for (__u32 i = 0; i < PACKETS_PER_ROOM; i++) {
		__u32 index = room * PACKETS_PER_ROOM + i, value;

		assembly = assembly_at(index);
		if (!assembly)
			return NO_ASSEMBLY;
		if ((assembly->state == ASSEMBLY_GATHERING || assembly->state == ASSEMBLY_FOREIGN) &&
		    is_of_packet(assembly, fragment) && fragment->now - assembly->born < REASSEMBLY_S * limits.hz)
			return index;
		value = dispensability(assembly, fragment->now);
		if (value >= best) {
			best = value;
			victim = index;
		}
	}
	assembly = victim == NO_ASSEMBLY ? NULL : assembly_at(victim);
	if (!assembly)
		return NO_ASSEMBLY;
	begin_assembly(assembly, fragment);
	return victim;
}

enum gathered {
	GATHERED_SOME,
	GATHERED_ALL,
	GATHERED_NONSENSE,		/* the packet can never be made whole */
};

static __always_inline bool
has_possible_ecn(__u8 ecn)
{
	return !(ecn & ECN_BIT_NONE) || ecn == ECN_BIT_NONE;
}

/* The room is entered; the fragment's bytes are at `position` already. */
__noinline int
add_piece(struct fragment *fragment, __u32 index, __u64 position)
{
	struct assembly *assembly = assembly_at(index);
	__u32 begin, end, count;
	struct held *new;

	if (!assembly || !fragment)
		return GATHERED_NONSENSE;
	begin = fragment->offset;
	end = begin + fragment->size;
	count = assembly->piece_count;
	if (!fragment->more && (assembly->reach > end || (assembly->total && assembly->total != end)))
		return GATHERED_NONSENSE;
	if (assembly->total && end > assembly->total)
		return GATHERED_NONSENSE;
	for (__u32 i = 0; i < PIECES_MAX && i < count; i++) {
		const struct held *piece = &assembly->pieces[i];
		__u32 known = piece->offset, known_end = known + piece->length;

		if (begin >= known && end <= known_end)
			return GATHERED_SOME;	/* come twice */
		if (begin < known_end && end > known)
			return GATHERED_NONSENSE;
	}
	if (!fragment->more)
		assembly->total = end;
	assembly->reach = end > assembly->reach ? end : assembly->reach;
	assembly->ecn |= fragment->ecn;
	if (fragment->length > assembly->largest)
		assembly->largest = fragment->length;
	if (fragment->may_not_fragment && fragment->length > assembly->largest_df)
		assembly->largest_df = fragment->length;
	if (!begin)
		assembly->first_size = fragment->size;
	else if (fragment->size > assembly->longest_later)
		assembly->longest_later = fragment->size;
	if (!is_within(&count, 0, PIECES_MAX - 1))
		return GATHERED_NONSENSE;
	new = &assembly->pieces[count];
	new->position = position;
	new->offset = begin;
	new->length = fragment->size;
	assembly->piece_count = count + 1;
	assembly->have += fragment->size;
	if (assembly->have != assembly->total)
		return GATHERED_SOME;
	return has_possible_ecn(assembly->ecn) && assembly->header_size ? GATHERED_ALL : GATHERED_NONSENSE;
}

/*
 * Is this first fragment of a connection or for a service, or does it begin a call? Its ports are in it. Rules that mark packets
 * are asked of whole ones, so where there are any it may be.
 */
__noinline int
is_first_of_ours(struct fragment *fragment)
{
	const struct facts *facts = facts_of(fragment);
	struct found found;
	__u32 index;

	if (!fragment)
		return false;
	if (settings.flags & SETTING_MARKS || find_connection(facts, hash_packet(facts), &index) || find_service(facts))
		return true;
	if (settings.flags & SETTING_PORT_ZERO && find_service_of_other_port(facts, &found))
		return true;
	return find_calling_server(facts) != NULL;
}

/* Copies the payload into the room's ring; its position. */
static __always_inline bool
keep_bytes(struct xdp_md *ctx, const struct fragment *fragment, struct room *room, __u64 *position)
{
	__u32 size = fragment->size;

	if (!size || size > PIECE_MAX)
		return false;
	*position = __sync_fetch_and_add(&room->end, (__u64)(size + 7 & ~7U));
	return !bpf_xdp_load_bytes(ctx, fragment->data, &room->bytes[place_of(*position)], sure_size(size, PIECE_MAX));
}

static __always_inline void
keep_header(struct xdp_md *ctx, const struct fragment *fragment, struct assembly *assembly)
{
	__u32 size = fragment->header_size;

	clear(assembly->header, sizeof(assembly->header));
	if (is_within(&size, sizeof(struct iphdr), IP_HEADER_MAX) &&
	    !bpf_xdp_load_bytes(ctx, fragment->network_offset, assembly->header, size))
		assembly->header_size = size;
}

/* CONTINUE: all of the packet is there. */
static __always_inline enum outcome
gather(struct xdp_md *ctx, struct fragment *fragment, __u32 *index)
{
	__u32 number = room_of_source(facts_of(fragment));
	struct room *room = bpf_map_lookup_elem(&rooms, &number);
	bool is_foreign = false;
	struct assembly *assembly;
	int gathered = GATHERED_NONSENSE;
	__u64 position;

	if (!fragment->offset) {
		if (fragment->size < transport_size(fragment->protocol) ||
		    bpf_xdp_load_bytes(ctx, fragment->data, &fragment->ports, sizeof(fragment->ports)))
			return FRAGMENT_LOST;
		is_foreign = !is_first_of_ours(fragment);
	}
	if (!room || !keep_bytes(ctx, fragment, room, &position) || !enter_room(room))
		return FRAGMENT_LOST;
	*index = find_assembly(fragment, number);
	assembly = *index == NO_ASSEMBLY ? NULL : assembly_at(*index);
	if (!assembly) {
		leave_room(room);
		return FRAGMENT_LOST;
	}
	/* Those that came before it are kept and go to the host when the rest is there. */
	if (is_foreign && !assembly->piece_count)
		assembly->state = ASSEMBLY_FOREIGN;
	if (assembly->state == ASSEMBLY_FOREIGN) {
		leave_room(room);
		return FRAGMENT;
	}
	if (!fragment->offset && !assembly->header_size)
		keep_header(ctx, fragment, assembly);
	gathered = add_piece(fragment, *index, position);
	if (gathered == GATHERED_NONSENSE)
		assembly->state = ASSEMBLY_FREE;
	if (gathered == GATHERED_ALL) {
		assembly->state = ASSEMBLY_COMPLETE;
		assembly->born = fragment->now;
	}
	leave_room(room);
	return gathered == GATHERED_ALL ? CONTINUE : gathered == GATHERED_SOME ? FRAGMENT_HELD : FRAGMENT_LOST;
}

/* ---- the whole packet -------------------------------------------------------------------------------------------- */

/* DF stays only where the largest fragment had it: else the sender did not mean it of the whole. */
static __always_inline bool
is_cutting_refused(const struct assembly *assembly)
{
	return assembly->largest_df && assembly->largest_df == assembly->largest;
}

/* Router marks of all fragments: one that saw congestion is enough. */
static __always_inline bool
saw_congestion(const struct assembly *assembly)
{
	return assembly->ecn & ECN_BIT_CE;
}

/* The first fragment's header becomes the whole packet's. */
static __always_inline void
make_whole_header(struct assembly *assembly)
{
	struct iphdr *ip = (struct iphdr *)assembly->header;
	struct ipv6hdr *ip6 = (struct ipv6hdr *)assembly->header;
	const __u32 *words = (const __u32 *)assembly->header;
	__u64 sum = 0;

	if (assembly->family == FAMILY_IPV6) {
		ip6->payload_len = bpf_htons(assembly->total);
		ip6->nexthdr = assembly->protocol;
		if (saw_congestion(assembly))
			assembly->header[1] |= 3 << 4;
		return;
	}
	ip->tot_len = bpf_htons(assembly->header_size + assembly->total);
	ip->frag_off = is_cutting_refused(assembly) ? IPV4_DF : 0;
	if (saw_congestion(assembly))
		ip->tos |= 3;
	ip->check = 0;
	for (int i = 0; i < IP_HEADER_MAX / 4; i++)
		sum += words[i];
	ip->check = ~fold(sum);
}

/* The frame becomes link-layer header, whole packet's IP header, transport header; no more, so any frame has room for it. */
static __noinline int
become_head(struct xdp_md *ctx, __u32 index, __u32 network_offset)
{
	struct assembly *assembly = assembly_at(index);
	const struct room *room = room_of(index);
	__u8 link[sizeof(struct ethhdr) + VLAN_TAGS_MAX * sizeof(struct vlan_header)];
	const struct held *first = NULL;
	__u32 header_size, size, place;
	int surplus;

	if (!assembly || !room || !is_within(&network_offset, sizeof(struct ethhdr), sizeof(link)))
		return false;
	for (int i = 0; i < PIECES_MAX && i < assembly->piece_count; i++) {
		if (!assembly->pieces[i].offset) {
			first = &assembly->pieces[i];
			break;
		}
	}
	header_size = assembly->header_size;
	size = assembly->transport_size;
	place = first ? place_of(first->position) : 0;
	assembly->lacks_checksum = assembly->protocol == IPPROTO_UDP && !*(const __u16 *)&room->bytes[place + offsetof(struct udphdr, check)];
	if (!first || !is_within(&header_size, sizeof(struct iphdr), IP_HEADER_MAX) || bpf_xdp_load_bytes(ctx, 0, link, network_offset))
		return false;
	surplus = (int)bpf_xdp_get_buff_len(ctx) - (int)(network_offset + header_size + size);
	if ((surplus > 0 && bpf_xdp_adjust_tail(ctx, -surplus)) || (surplus < 0 && bpf_xdp_adjust_head(ctx, surplus)))
		return false;
	make_whole_header(assembly);
	if (bpf_xdp_store_bytes(ctx, 0, link, network_offset) ||
	    bpf_xdp_store_bytes(ctx, network_offset, assembly->header, header_size) ||
	    bpf_xdp_store_bytes(ctx, network_offset + header_size, (void *)&room->bytes[place],
				size == sizeof(struct tcphdr) ? sizeof(struct tcphdr) : sizeof(struct udphdr)))
		return false;
	return is_still_there(room, first);
}

/* Frames can only be sent from here where attach put the sender. */
static __always_inline bool
has_sender(const struct xdp_md *ctx)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station = bpf_map_lookup_elem(&stations, &ifindex);
	__u32 number = station ? station->interface : 0;
	const struct interface *interface = bpf_map_lookup_elem(&interfaces, &number);

	return number && interface && interface->flags & INTERFACE_SENDS;
}

static __always_inline enum outcome
receive_fragment(struct xdp_md *ctx, struct fragment *fragment, __u32 *index)
{
	struct packet packet = { .now = bpf_jiffies64() };

	if (parse_packet(ctx, &packet, ALL_PACKETS) != FRAGMENT || !is_of_concern(facts_of(&packet)) || !has_sender(ctx))
		return FRAGMENT;
	if (!is_for_this_host(ctx, packet.link))
		return NOT_FOR_THIS_HOST;
	copy(fragment, facts_of(&packet), sizeof(struct facts));
	if (fragment->family == FAMILY_IPV4 ? !read_ipv4_fragment(ctx, fragment)
					    : !read_ipv6_fragment(ctx, fragment))
		return MALFORMED;
	if (fragment->protocol != IPPROTO_TCP && fragment->protocol != IPPROTO_UDP)
		return FRAGMENT;
	if (!is_possible(ctx, fragment))
		return MALFORMED;
	return gather(ctx, fragment, index);
}

static __always_inline void
begin_errand(struct errand *errand, __u32 index)
{
	const struct assembly *assembly = assembly_at(index);

	errand->assembly = index;
	errand->largest = assembly ? assembly->largest : 0;
	errand->ifindex = 0;
}

SEC("xdp.frags")
int gather_fragment(struct xdp_md *ctx)
{
	struct fragment fragment = {};
	__u32 index = NO_ASSEMBLY;
	enum outcome outcome = receive_fragment(ctx, &fragment, &index);
	struct errand *errand = errand_here();

	if (outcome == CONTINUE) {
		outcome = FRAGMENT_LOST;
		if (errand && become_head(ctx, index, fragment.network_offset)) {
			begin_errand(errand, index);
			bpf_tail_call(ctx, &errand_programs, ERRAND_DIRECT);
		}
	}
	count_outcome(outcome);
	return action_of(outcome);
}
