/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TUN: the packet, less one hop, travels inside an outer IP header of the real server's family (RFC 2003, RFC 2473, RFC 4213).
 * Outer fields as IPVS writes them (net/netfilter/ipvs/ip_vs_xmit.c): TTL and DF of the inner packet, its traffic class
 * except that CE becomes ECT(0), and for IPv4 an id only where the packet may be cut.
 */
#pragma once

#include "masquerade.h"

#define ECN_MASK 3
#define ECN_CE 3
#define ECN_ECT0 2

/* What an outer header takes from the inner one. */
struct inner {
	__u8 traffic_class;
	__u8 hops;
	__u8 protocol;			/* of what the outer header carries */
	bool may_fragment;
	__u16 length;			/* of what the outer header carries */
};

static __always_inline struct inner
read_inner(const struct packet *packet)
{
	struct inner inner = {
		.length = packet->length,
		.hops = packet->ttl - 1,
		.may_fragment = packet->may_fragment,
	};

	if (packet->family == FAMILY_IPV4) {
		inner.traffic_class = ((struct iphdr *)packet->network)->tos;
		inner.protocol = IPPROTO_IPIP;
	} else {
		inner.traffic_class = bpf_ntohs(*(__be16 *)packet->network) >> 4;
		inner.protocol = IPPROTO_IPV6;
		/* IPv6 has no DF to copy: the tunnel's IPv4 may cut (RFC 4213, section 3.2). */
		inner.may_fragment = true;
	}
	if ((inner.traffic_class & ECN_MASK) == ECN_CE)
		inner.traffic_class = (inner.traffic_class & ~ECN_MASK) | ECN_ECT0;
	return inner;
}

/*
 * Written in words that are summed before they are stored: a load of a word that was just stored in pieces waits until all
 * of them have left the processor.
 */
static __always_inline void
write_outer_ipv4(struct iphdr *ip, const struct inner *inner, const struct next_hop *hop, const struct real_server *server)
{
	__be32 *words = (__be32 *)ip;
	__be32 first = bpf_htonl(0x45000000 | (__u32)inner->traffic_class << 16 | (__u16)(inner->length + sizeof(*ip)));
	__be32 id_and_fragment = bpf_htonl(0x4000);
	__be32 hops_and_protocol = bpf_htonl((__u32)inner->hops << 24 | (__u32)inner->protocol << 16);
	__be32 source = *(const __u32 *)hop->source_address, destination = *(const __u32 *)server->address;

	/* Without path MTU discovery it may be cut whatever the inner packet says. */
	if (unlikely(inner->may_fragment || !settings.pmtu_disc))
		id_and_fragment = bpf_htonl(bpf_get_prandom_u32() << 16);
	words[0] = first;
	words[1] = id_and_fragment;
	words[2] = hops_and_protocol;
	words[3] = source;
	words[4] = destination;
	ip->check = ~fold((__u64)first + id_and_fragment + hops_and_protocol + source + destination);
}

static __always_inline void
write_outer_ipv6(struct ipv6hdr *ip, const struct inner *inner, const struct next_hop *hop, const struct real_server *server)
{
	*(__be32 *)ip = bpf_htonl(6 << 28 | (__u32)inner->traffic_class << 20);
	ip->payload_len = bpf_htons(inner->length);
	ip->nexthdr = inner->protocol;
	ip->hop_limit = inner->hops;
	copy(&ip->saddr, hop->source_address, 16);
	copy(&ip->daddr, server->address, 16);
}

static __always_inline __u32
outer_header_size(const struct real_server *server)
{
	return server->family == FAMILY_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/* Link-layer and outer header, with room for `shim` bytes between outer header and packet. */
static __always_inline enum outcome
wrap(struct xdp_md *ctx, const struct facts *packet, const struct inner *inner, const struct next_hop *hop,
     const struct real_server *server, __u32 shim)
{
	void *outer, *end;

	if (!make_room(ctx, packet, hop, outer_header_size(server) + shim) ||
	    !write_link_header(ctx, hop, ethertype_of(server->family)))
		return NO_HEADROOM;
	outer = (void *)(long)ctx->data + link_header_size(hop);
	end = (void *)(long)ctx->data_end;
	if (server->family == FAMILY_IPV4) {
		if (outer + sizeof(struct iphdr) > end)
			return NO_HEADROOM;
		write_outer_ipv4(outer, inner, hop, server);
	} else {
		if (outer + sizeof(struct ipv6hdr) > end)
			return NO_HEADROOM;
		write_outer_ipv6(outer, inner, hop, server);
	}
	return CONTINUE;
}

static __always_inline enum outcome
send_tunnelled(struct xdp_md *ctx, const struct packet *packet, const struct next_hop *hop, const struct real_server *server)
{
	struct inner inner = read_inner(packet);

	decrement_hops(packet);
	return wrap(ctx, facts_of(packet), &inner, hop, server, 0);
}
