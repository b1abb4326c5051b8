/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NAT as LVS does it: the request's destination becomes the real server, the reply's source becomes the virtual service.
 * The other side of the packet is never touched, so the director must be on the reply's way.
 */
#pragma once

#include "../checksum.h"
#include "../sctp.h"
#include "../transmit.h"

enum side {
	SIDE_SOURCE,
	SIDE_DESTINATION,
};


static __always_inline __be16 *
port_word(const struct packet *packet, enum side side)
{
	__be16 *ports = packet->transport;

	return side == SIDE_SOURCE ? &ports[0] : &ports[1];
}

/* 0, "none", is said with all ones (RFC 768). Whoever sent none gets one made: true. */
static __always_inline bool
mend_udp_checksum(struct udphdr *udp, __u64 change)
{
	__u16 check;

	if (unlikely(!udp->check))
		return true;
	check = update_checksum(udp->check, change);
	udp->check = check ? check : 0xffff;
	return false;
}

/* True: it cannot be mended but has to be made, when all else is written. */
static __always_inline bool
mend_transport_checksum(const struct packet *packet, __u64 change, bool is_other_port)
{
	struct tcphdr *tcp = packet->transport;

	if (packet->protocol == IPPROTO_TCP) {
		if ((void *)(tcp + 1) <= packet->end)
			tcp->check = update_checksum(tcp->check, change);
		return false;
	}
	if (packet->protocol == IPPROTO_UDP)
		return mend_udp_checksum(packet->transport, change);
	return is_other_port;		/* SCTP's knows nothing of addresses */
}

/* Writes the address; the difference it makes to a checksum. */
static __always_inline __u64
replace_ipv4(const struct packet *packet, enum side side, const __u32 *address)
{
	struct iphdr *ip = packet->network;
	__u32 *word = side == SIDE_SOURCE ? &ip->saddr : &ip->daddr;
	__u64 change = (__u64)(__u32)~*word + *address;

	*word = *address;
	ip->check = update_checksum(ip->check, change);
	return change;
}

static __always_inline __u64
replace_ipv6(const struct packet *packet, enum side side, const __u32 *address)
{
	struct ipv6hdr *ip = packet->network;
	__u32 *words = side == SIDE_SOURCE ? ip->saddr.s6_addr32 : ip->daddr.s6_addr32;
	__u64 change;

	if ((void *)(ip + 1) > packet->end)
		return 0;
	change = sum_inverse(words, FAMILY_IPV6) + sum_address(address, FAMILY_IPV6);
	words[0] = address[0];
	words[1] = address[1];
	words[2] = address[2];
	words[3] = address[3];
	return change;
}

/*
 * Gives one side of the packet another address and port; `address` has ADDRESS_SIZE bytes. The TTL is not touched. True: the
 * transport's checksum is still to be made.
 */
static __always_inline bool
translate(const struct packet *packet, enum side side, const void *address, __be16 port)
{
	__be16 *old_port = port_word(packet, side);
	__u64 change = packet->family == FAMILY_IPV4 ? replace_ipv4(packet, side, address)
						     : replace_ipv6(packet, side, address);

	bool make_checksum = mend_transport_checksum(packet, change + (__u16)~*old_port + port, *old_port != port);

	*old_port = port;
	return make_checksum;
}

/* For a datagram that came without a checksum and has been translated. offset: of its UDP header in the frame. */
__noinline int
make_udp_checksum(struct xdp_md *ctx, __u32 network_offset, __u32 transport_offset, __u32 family)
{
	__u32 address_offset = network_offset + (family == FAMILY_IPV4 ? offsetof(struct iphdr, saddr)
								       : offsetof(struct ipv6hdr, saddr));
	__u32 address_size = family == FAMILY_IPV4 ? 8 : 32;
	__be16 length;
	__u64 sum;
	__u16 check;

	if (bpf_xdp_load_bytes(ctx, transport_offset + offsetof(struct udphdr, len), &length, sizeof(length)))
		return 0;
	sum = sum_frame(ctx, address_offset, address_size) + sum_frame(ctx, transport_offset, bpf_ntohs(length)) +
	      bpf_htons(IPPROTO_UDP) + length;
	check = ~fold(sum);
	if (!check)
		check = 0xffff;
	bpf_xdp_store_bytes(ctx, transport_offset + offsetof(struct udphdr, check), &check, sizeof(check));
	return 0;
}

/* For a translated packet whose checksum could not be mended. */
static __always_inline void
make_transport_checksum(struct xdp_md *ctx, const struct packet *packet)
{
	if (packet->protocol == IPPROTO_SCTP)
		make_sctp_checksum(ctx, packet->transport_offset,
				   packet->network_offset + packet->length - packet->transport_offset);
	else
		make_udp_checksum(ctx, packet->network_offset, packet->transport_offset, packet->family);
}

static __always_inline void
decrement_hops(const struct packet *packet)
{
	if (packet->family == FAMILY_IPV4)
		decrement_ttl(packet->network);
	else
		((struct ipv6hdr *)packet->network)->hop_limit--;
}

static __always_inline __be16
ethertype_of(enum family family)
{
	return family == FAMILY_IPV4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
}

/* A translated packet on its way: TTL, link-layer header. */
static __always_inline enum outcome
send_translated(struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop, bool make_checksum)
{
	decrement_hops(packet);
	if (unlikely(make_checksum))
		make_transport_checksum(ctx, packet);
	if (!make_room(ctx, facts_of(packet), hop, 0) || !write_link_header(ctx, hop, ethertype_of(packet->family)))
		return NO_HEADROOM;
	return CONTINUE;
}
