/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes the kernel resolve a neighbour it does not know yet. XDP cannot ask; but a packet handed to the kernel for
 * forwarding can. A masqueraded request is such a packet by itself. For DR and TUN the request would end at the host's own
 * virtual address, so it becomes an unasked-for echo reply to the real server, which every host ignores in silence; the
 * client's own retransmission then finds the way known.
 */
#pragma once

#include "answer.h"

#define ICMP_TYPE_ECHO_REPLY 0
#define ICMPV6_TYPE_ECHO_REPLY 129
#define IPV4_DUMMY 0xc0000008		/* 192.0.0.8, RFC 7600: source for a client that has no IPv4 address */

static __always_inline bool
write_probe_ipv4(struct xdp_md *ctx, const struct facts *packet, const __u64 *address)
{
	struct {
		struct iphdr ip;
		struct icmp_header icmp;
	} probe = {
		.ip = {
			.version = 4, .ihl = 5, .tot_len = bpf_htons(sizeof(probe)), .frag_off = bpf_htons(0x4000),
			.ttl = 64, .protocol = IPPROTO_ICMP,
			.saddr = packet->family == FAMILY_IPV4 ? source_ipv4(packet) : bpf_htonl(IPV4_DUMMY),
		},
		.icmp = { .type = ICMP_TYPE_ECHO_REPLY, .check = 0xffff },
	};
	const __u32 *words = (const __u32 *)&probe;

	copy(&probe.ip.daddr, address, 4);
	probe.ip.check = ~fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]);
	return !bpf_xdp_store_bytes(ctx, packet->network_offset, &probe, sizeof(probe));
}

static __always_inline bool
write_probe_ipv6(struct xdp_md *ctx, const struct facts *packet, const __u64 *address, const __u8 *own_address)
{
	struct {
		struct ipv6hdr ip;
		struct icmp_header icmp;
	} probe = {
		.ip = { .payload_len = bpf_htons(sizeof(struct icmp_header)), .nexthdr = IPPROTO_ICMPV6, .hop_limit = 64 },
		.icmp = { .type = ICMPV6_TYPE_ECHO_REPLY },
	};
	__u64 sum;

	*(__be32 *)&probe.ip = bpf_htonl(6 << 28);
	if (packet->family == FAMILY_IPV6)
		copy(&probe.ip.saddr, &packet->addresses[0], 16);
	else
		copy(&probe.ip.saddr, own_address, 16);
	copy(&probe.ip.daddr, address, 16);
	sum = sum_address(probe.ip.saddr.s6_addr32, FAMILY_IPV6) + sum_address(probe.ip.daddr.s6_addr32, FAMILY_IPV6) +
	      probe.ip.payload_len + bpf_htons(IPPROTO_ICMPV6) + *(__u16 *)&probe.icmp;
	probe.icmp.check = ~fold(sum);
	return !bpf_xdp_store_bytes(ctx, packet->network_offset, &probe, sizeof(probe));
}

/* Who is to be resolved: the errand's real server, or who the packet is for. own: an address of the director's, for IPv6's source. */
struct probed {
	__u64 address[2];
	__u8 own[ADDRESS_SIZE];
	enum family family;
};

static __always_inline bool
find_probed(const struct errand *errand, const struct facts *packet, struct probed *probed)
{
	__u32 number = errand->real_server;
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);

	if (number == NO_REAL_SERVER_NUMBER) {
		probed->family = packet->family;
		read_destination(packet, probed->address);
		return true;
	}
	if (!server || !hop)
		return false;
	probed->family = server->family;
	copy(probed->address, server->address, ADDRESS_SIZE);
	copy(probed->own, hop->source_address, ADDRESS_SIZE);
	return true;
}

/* Turns the packet into a probe and hands it to the kernel. */
SEC("xdp.frags")
int probe_neighbour(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	struct probed probed = {};
	struct packet packet = {};
	__be16 ethertype;
	__u32 size;
	int change;

	enum outcome outcome = errand ? parse_packet(ctx, &packet, ALL_PACKETS) : MALFORMED;
	if (!errand || (outcome != CONTINUE && outcome != NOT_TRANSPORT) || !find_probed(errand, facts_of(&packet), &probed))
		return XDP_DROP;
	size = sizeof(struct icmp_header) + (probed.family == FAMILY_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr));
	change = (int)(packet.network_offset + size) - (int)bpf_xdp_get_buff_len(ctx);
	if (change && bpf_xdp_adjust_tail(ctx, change))
		return XDP_DROP;
	ethertype = probed.family == FAMILY_IPV4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	if (bpf_xdp_store_bytes(ctx, packet.network_offset - sizeof(ethertype), &ethertype, sizeof(ethertype)))
		return XDP_DROP;
	if (probed.family == FAMILY_IPV4 ? !write_probe_ipv4(ctx, facts_of(&packet), probed.address)
					 : !write_probe_ipv6(ctx, facts_of(&packet), probed.address, probed.own))
		return XDP_DROP;
	return XDP_PASS;
}
