/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frame -> struct packet. Whatever is not a whole packet of a transport that is balanced ends its journey here. Nearly all
 * packets are TCP or UDP behind a bare IP header; the program for those holds no code for the others.
 */
#pragma once

#include "ipv6_headers.h"
#include "packet.h"
#include "sctp.h"

/* What a parser is to know: said as a constant where it is compiled into a program. */
enum scope {
	PLAIN_PACKETS,			/* TCP and UDP, IP without options or extension headers */
	ALL_PACKETS,
};

#define IPV4_DF bpf_htons(0x4000)
#define IPV4_FRAGMENT bpf_htons(0x3fff)		/* more fragments, or an offset */
#define IPV6_HEADERS_MAX 2047			/* before the transport header: they are in the frame's first buffer */

static __always_inline bool
is_vlan(__be16 ethertype)
{
	return ethertype == bpf_htons(ETH_P_8021Q) || ethertype == bpf_htons(ETH_P_8021AD);
}

static __always_inline bool
is_balanced(__u8 protocol, const enum scope scope)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || (scope == ALL_PACKETS && protocol == IPPROTO_SCTP);
}

/* Ports stand in the first four bytes of all three alike. length: of header and payload together. */
static __always_inline enum outcome
parse_transport(struct packet *packet, void *transport, void *end, int length, const enum scope scope)
{
	/* One register for the bounds check and what it allows: the compiler may compute the sum twice, the verifier knows one. */
	if (scope == ALL_PACKETS)
		asm volatile("" : "+r"(transport));
	packet->transport = transport;
	if (likely(packet->protocol == IPPROTO_TCP)) {
		struct tcphdr *tcp = transport;

		if ((void *)(tcp + 1) > end || length < (int)sizeof(*tcp))
			return MALFORMED;
		packet->ports = *(__u32 *)transport;
		packet->tcp_flags = ((__u8 *)transport)[13];
		return CONTINUE;
	}
	if (packet->protocol == IPPROTO_UDP) {
		struct udphdr *udp = transport;

		if ((void *)(udp + 1) > end || length < (int)sizeof(*udp))
			return MALFORMED;
		packet->ports = *(__u32 *)transport;
		packet->tcp_flags = 0;
		return CONTINUE;
	}
	if (scope == ALL_PACKETS && packet->protocol == IPPROTO_SCTP) {
		int size = sizeof(struct sctp_header);

		if (transport + size > end || length < size)
			return MALFORMED;
		packet->ports = *(__u32 *)transport;
		packet->tcp_flags = 0;
		return CONTINUE;
	}
	return NOT_TRANSPORT;
}

static __always_inline enum outcome
parse_ipv4(struct packet *packet, void *network, void *end, __u32 frame_length, const enum scope scope)
{
	struct iphdr *ip = network;
	__u32 header_length;

	if ((void *)(ip + 1) > end || ip->version != 4)
		return MALFORMED;
	header_length = ip->ihl * 4;
	if (header_length < sizeof(*ip))
		return MALFORMED;

	packet->network = network;
	set_kind(facts_of(packet), ip->protocol, FAMILY_IPV4);
	packet->ttl = ip->ttl;
	packet->length = bpf_ntohs(ip->tot_len);
	packet->may_fragment = !(ip->frag_off & IPV4_DF);
	packet->sctp_event = 0;
	packet->is_quoted = false;
	packet->pad = 0;
	packet->other_state = STATE_UDP;
	packet->transport_offset = packet->network_offset + header_length;
	packet->addresses[0] = *(__u64 *)&ip->saddr;
	packet->addresses[1] = 0;
	packet->addresses[2] = 0;
	packet->addresses[3] = 0;
	if (unlikely(ip->frag_off & IPV4_FRAGMENT))
		return FRAGMENT;
	if (scope == PLAIN_PACKETS) {
		if (header_length != sizeof(*ip))
			return NOT_TRANSPORT;
		header_length = sizeof(*ip);
	}
	/* What the header claims must be there. */
	if (unlikely(packet->network_offset + packet->length > frame_length))
		return is_balanced(packet->protocol, scope) ? MALFORMED : NOT_TRANSPORT;
	return parse_transport(packet, network + header_length, end, packet->length - header_length, scope);
}

/* Goes over extension headers. CONTINUE: protocol and transport_offset are the transport's. */
static __always_inline enum outcome
skip_extensions(struct xdp_md *ctx, struct packet *packet)
{
	int found = find_transport(ctx, packet->transport_offset, packet->network_offset + packet->length, packet->protocol);

	if (found == NO_TRANSPORT_FOUND)
		return MALFORMED;
	packet->protocol = found;
	packet->transport_offset = (__u32)found >> 8;
	return CONTINUE;
}

static __always_inline enum outcome
parse_ipv6(struct xdp_md *ctx, struct packet *packet, void *network, void *end, __u32 frame_length, const enum scope scope)
{
	struct ipv6hdr *ip = network;
	const __u64 *addresses;
	__u32 length, headers;

	if ((void *)(ip + 1) > end || ip->version != 6)
		return MALFORMED;

	length = bpf_ntohs(ip->payload_len) + sizeof(*ip);
	packet->network = network;
	set_kind(facts_of(packet), ip->nexthdr, FAMILY_IPV6);
	packet->ttl = ip->hop_limit;
	packet->length = length;
	packet->may_fragment = false;
	packet->sctp_event = 0;
	packet->is_quoted = false;
	packet->pad = 0;
	packet->other_state = STATE_UDP;
	packet->transport_offset = packet->network_offset + sizeof(*ip);
	addresses = (const __u64 *)&ip->saddr;
	packet->addresses[0] = addresses[0];
	packet->addresses[1] = addresses[1];
	packet->addresses[2] = addresses[2];
	packet->addresses[3] = addresses[3];
	if (scope == ALL_PACKETS && is_extension(packet->protocol) && skip_extensions(ctx, packet) != CONTINUE)
		return MALFORMED;
	if (unlikely(packet->protocol == IPPROTO_FRAGMENT))
		return FRAGMENT;
	if (!is_balanced(packet->protocol, scope))
		return NOT_TRANSPORT;
	headers = scope == ALL_PACKETS ? packet->transport_offset - packet->network_offset : sizeof(*ip);
	if (packet->network_offset + length > frame_length || length > 65535 || headers > IPV6_HEADERS_MAX)
		return MALFORMED;
	return parse_transport(packet, network + headers, end, length - headers, scope);
}

static __always_inline bool
is_same_mac(const __u8 *one, const __u8 *other)
{
	return *(const __u32 *)one == *(const __u32 *)other && *(const __u16 *)(one + 4) == *(const __u16 *)(other + 4);
}

/* A frame for another station, which a promiscuous NIC let in, is not this host's to forward. */
static __always_inline bool
is_for_this_host(const struct xdp_md *ctx, const struct ethhdr *ethernet)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station;
	struct mac_key key = {};

	station = bpf_map_lookup_elem(&stations, &ifindex);
	if (!station || !station->interface)
		return true;
	if (likely(is_same_mac(ethernet->h_dest, station->mac)))
		return true;
	copy(key.mac, ethernet->h_dest, ETH_ALEN);
	return bpf_map_lookup_elem(&own_macs, &key);
}

/* elsewhere: how many bytes of the packet need not be in the frame (see fragment.h). */
static __always_inline enum outcome
parse_head(struct xdp_md *ctx, struct packet *packet, const enum scope scope, __u32 elsewhere)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;
	void *network = ethernet + 1;
	__be16 ethertype;

	if ((void *)(ethernet + 1) > end)
		return MALFORMED;
	ethertype = *(const __be16 *)(data + offsetof(struct ethhdr, h_proto));
	packet->network_offset = sizeof(*ethernet);
	packet->link = ethernet;
	packet->end = end;

	if (unlikely(is_vlan(ethertype))) {
		struct vlan_header *vlan = network;

		if ((void *)(vlan + 1) > end)
			return MALFORMED;
		ethertype = vlan->ethertype;
		network = vlan + 1;
		packet->network_offset += sizeof(*vlan);
		if (is_vlan(ethertype)) {
			vlan++;
			if ((void *)(vlan + 1) > end)
				return MALFORMED;
			ethertype = vlan->ethertype;
			network = vlan + 1;
			packet->network_offset += sizeof(*vlan);
		}
	}

	if (ethertype != bpf_htons(ETH_P_IP) && ethertype != bpf_htons(ETH_P_IPV6))
		return NOT_IP;
	if (unlikely(ethernet->h_dest[0] & 1))
		return NOT_FOR_THIS_HOST;
	/* Frames in several buffers are longer than end - data, and their headers are in the first. */
	__u32 frame_length = likely(end - data < 2048) ? end - data : bpf_xdp_get_buff_len(ctx);
	frame_length += elsewhere;
	if (ethertype == bpf_htons(ETH_P_IP))
		return parse_ipv4(packet, network, end, frame_length, scope);
	return parse_ipv6(ctx, packet, network, end, frame_length, scope);
}

static __always_inline enum outcome
parse_packet(struct xdp_md *ctx, struct packet *packet, const enum scope scope)
{
	return parse_head(ctx, packet, scope, 0);
}
