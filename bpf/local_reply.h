/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At the egress of traffic control: what a local real server sends to a client. XDP never sees it, since it comes from above.
 * Of a masqueraded connection it leaves as from the virtual service; of any, it moves the connection's state.
 */
#pragma once

#include <linux/pkt_cls.h>

#include "reply.h"

static __always_inline bool
read_ipv4(struct __sk_buff *skb, struct facts *packet)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, packet->network_offset, &ip, sizeof(ip)) || ip.frag_off & IPV4_FRAGMENT)
		return false;
	packet->family = FAMILY_IPV4;
	packet->protocol = ip.protocol;
	packet->transport_offset = packet->network_offset + ip.ihl * 4;
	packet->addresses[0] = *(__u64 *)&ip.saddr;
	return true;
}

static __always_inline bool
read_ipv6(struct __sk_buff *skb, struct facts *packet)
{
	struct ipv6hdr ip;

	if (bpf_skb_load_bytes(skb, packet->network_offset, &ip, sizeof(ip)))
		return false;
	packet->family = FAMILY_IPV6;
	packet->protocol = ip.nexthdr;
	packet->transport_offset = packet->network_offset + sizeof(ip);
	copy(packet->addresses, &ip.saddr, sizeof(packet->addresses));
	return true;
}

static __always_inline bool
read_transport(struct __sk_buff *skb, struct facts *packet)
{
	if (bpf_skb_load_bytes(skb, packet->transport_offset, &packet->ports, sizeof(packet->ports)))
		return false;
	if (packet->protocol == IPPROTO_TCP)
		return !bpf_skb_load_bytes(skb, packet->transport_offset + 13, &packet->tcp_flags, 1);
	return packet->protocol == IPPROTO_UDP;
}

/* A tag that the NIC is to put on is not in the frame; one that a VLAN device put in is. */
static __always_inline bool
read_facts(struct __sk_buff *skb, struct facts *packet)
{
	__be16 ethertype;

	packet->network_offset = ETH_HLEN;
	if (bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_proto), &ethertype, sizeof(ethertype)))
		return false;
	for (int tags = 0; tags < VLAN_TAGS_MAX && is_vlan(ethertype); tags++) {
		if (bpf_skb_load_bytes(skb, packet->network_offset + 2, &ethertype, sizeof(ethertype)))
			return false;
		packet->network_offset += sizeof(struct vlan_header);
	}
	if (ethertype != bpf_htons(ETH_P_IP) && ethertype != bpf_htons(ETH_P_IPV6))
		return false;
	packet->length = skb->len - packet->network_offset;
	packet->now = bpf_jiffies64();
	packet->other_state = STATE_UDP;
	return (ethertype == bpf_htons(ETH_P_IP) ? read_ipv4(skb, packet) : read_ipv6(skb, packet)) &&
	       read_transport(skb, packet);
}

/* The packet that this one answers. */
static __always_inline void
turn(const struct facts *packet, struct facts *request)
{
	*request = *packet;
	request->source_port = packet->destination_port;
	request->destination_port = packet->source_port;
	if (packet->family == FAMILY_IPV4) {
		request->addresses[0] = packet->addresses[0] >> 32 | packet->addresses[0] << 32;
		return;
	}
	request->addresses[0] = packet->addresses[2];
	request->addresses[1] = packet->addresses[3];
	request->addresses[2] = packet->addresses[0];
	request->addresses[3] = packet->addresses[1];
}

/* As `translate` for a packet of the host's own, whose checksum may be left for the NIC to make. */
static __always_inline void
give_source(struct __sk_buff *skb, const struct facts *packet, const __u64 *address, __be16 port)
{
	bool is_udp = packet->protocol == IPPROTO_UDP, is_ipv4 = packet->family == FAMILY_IPV4;
	__u32 check_at = packet->transport_offset + (is_udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check));
	__u32 address_at = packet->network_offset + (is_ipv4 ? offsetof(struct iphdr, saddr) : offsetof(struct ipv6hdr, saddr));
	__u64 flags = is_udp ? BPF_F_MARK_MANGLED_0 : 0;
	__u32 size = is_ipv4 ? 4 : 16;
	__s64 change;

	if (is_ipv4)
		change = bpf_csum_diff((__be32 *)packet->addresses, 4, (__be32 *)address, 4, 0);
	else
		change = bpf_csum_diff((__be32 *)packet->addresses, 16, (__be32 *)address, 16, 0);
	bpf_l4_csum_replace(skb, check_at, 0, change, BPF_F_PSEUDO_HDR | flags);
	bpf_l4_csum_replace(skb, check_at, packet->source_port, port, flags | sizeof(port));
	if (is_ipv4)
		bpf_l3_csum_replace(skb, packet->network_offset + offsetof(struct iphdr, check), 0, change, 0);
	bpf_skb_store_bytes(skb, address_at, address, size, 0);
	bpf_skb_store_bytes(skb, packet->transport_offset, &port, sizeof(port), 0);
}

/* What the client asked for: the connection's request says it, whatever the service is. */
static __always_inline void
give_virtual_source(struct __sk_buff *skb, const struct facts *packet, const struct connection *request)
{
	__u64 address[2] = {};

	if (packet->family == FAMILY_IPV4) {
		address[0] = request->addresses[0] >> 32;
	} else {
		address[0] = request->addresses[2];
		address[1] = request->addresses[3];
	}
	give_source(skb, packet, address, request->destination_port);
}

/* The line of the connection that the packet belongs to, as one of its real server's; NULL: of none. */
static __always_inline struct connection *
find_request(const struct facts *packet)
{
	struct facts request;
	struct connection *line;
	__u32 index;

	line = find_connection(packet, hash_packet(packet), &index);
	if (line)
		return line->flags & CONNECTION_REPLY ? request_of(line, packet->now) : NULL;
	turn(packet, &request);
	line = find_connection(&request, hash_packet(&request), &index);
	/* Of NAT, what has no line of its own comes not from the real server. */
	return line && (line->flags & CONNECTION_METHOD) != FORWARDING_MASQUERADE ? line : NULL;
}

SEC("tc")
int follow_local_reply(struct __sk_buff *skb)
{
	struct connection *request;
	struct facts packet = {};
	const struct next_hop *hop;
	__u32 number;

	if (likely(!are_local_replies_awaited()) || !read_facts(skb, &packet) || !is_of_concern(&packet))
		return TC_ACT_UNSPEC;
	request = find_request(&packet);
	if (!request)
		return TC_ACT_UNSPEC;
	number = request->real_server;
	hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!hop || !(hop->flags & NEXT_HOP_LOCAL))
		return TC_ACT_UNSPEC;
	advance(request, &packet, TCP_OUTPUT);
	count_out(number, &packet);
	if ((request->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE)
		give_virtual_source(skb, &packet, request);
	return TC_ACT_UNSPEC;
}
