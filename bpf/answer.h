/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ICMP errors to a client whose packet cannot go on (RFC 792, RFC 4443, RFC 1812 section 4.3.2), as IPVS sends them: from
 * the virtual address over IPv4, from the interface's own over IPv6, back the way the packet came. The packet becomes the
 * error that quotes it. No more than ANSWERS_PER_SECOND a CPU, or a flood would make us one.
 */
#pragma once

#include "assembled_answer.h"
#include "checksum.h"
#include "ending.h"
#include "parse.h"
#include "transmit.h"

#define ANSWERS_PER_SECOND 1000
#define ICMP_TYPE_UNREACHABLE 3
#define ICMP_CODE_PORT 3
#define ICMP_CODE_TOO_BIG 4
#define ICMP_TYPE_TIME_EXCEEDED 11
#define ICMPV6_TYPE_UNREACHABLE 1
#define ICMPV6_CODE_PORT 4
#define ICMPV6_TYPE_TOO_BIG 2
#define ICMPV6_TYPE_TIME_EXCEEDED 3

struct icmp_header {
	__u8 type;
	__u8 code;
	__u16 check;
	__be32 rest;			/* the MTU, where there is one */
};

struct answer_budget {
	__u32 second;
	__u32 spent;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct answer_budget);
} answer_budgets SEC(".maps");		/* [CPU] */

static __always_inline bool
may_answer(__u32 now)
{
	__u32 cpu = bpf_get_smp_processor_id(), second = now / limits.hz;
	struct answer_budget *budget = bpf_map_lookup_elem(&answer_budgets, &cpu);

	if (!budget)
		return false;
	if (budget->second != second) {
		budget->second = second;
		budget->spent = 0;
	}
	return budget->spent++ < ANSWERS_PER_SECOND;
}

/* Type, code and MTU field for an outcome. */
static __always_inline struct icmp_header
icmp_for(__u32 outcome, __u32 family, __u32 mtu)
{
	struct icmp_header icmp = {};

	if (family == FAMILY_IPV4) {
		icmp.type = outcome == TTL_EXCEEDED ? ICMP_TYPE_TIME_EXCEEDED : ICMP_TYPE_UNREACHABLE;
		if (outcome == NO_REAL_SERVER)
			icmp.code = ICMP_CODE_PORT;
		if (outcome == TOO_BIG)
			icmp.code = ICMP_CODE_TOO_BIG;
	} else {
		icmp.type = outcome == TTL_EXCEEDED ? ICMPV6_TYPE_TIME_EXCEEDED
			  : outcome == TOO_BIG ? ICMPV6_TYPE_TOO_BIG : ICMPV6_TYPE_UNREACHABLE;
		if (outcome == NO_REAL_SERVER)
			icmp.code = ICMPV6_CODE_PORT;
	}
	if (outcome == TOO_BIG)
		icmp.rest = bpf_htonl(mtu);
	return icmp;
}

/* The frame's head is `grow` bytes further out: brings its link-layer header there, its MACs exchanged. */
static __always_inline bool
turn_link_header(struct xdp_md *ctx, __u32 size, __u32 grow)
{
	struct ethhdr ethernet;
	__u8 mac[ETH_ALEN];
	__u32 tag;

	if (bpf_xdp_load_bytes(ctx, grow, &ethernet, sizeof(ethernet)) || ethernet.h_source[0] & 1)
		return false;
	copy(mac, ethernet.h_dest, ETH_ALEN);
	copy(ethernet.h_dest, ethernet.h_source, ETH_ALEN);
	copy(ethernet.h_source, mac, ETH_ALEN);
	if (bpf_xdp_store_bytes(ctx, 0, &ethernet, sizeof(ethernet)))
		return false;
	for (__u32 at = sizeof(ethernet); at < sizeof(ethernet) + VLAN_TAGS_MAX * 4 && at < size; at += 4)
		if (bpf_xdp_load_bytes(ctx, at + grow, &tag, 4) || bpf_xdp_store_bytes(ctx, at, &tag, 4))
			return false;
	return true;
}

static __always_inline bool
write_icmpv4(struct xdp_md *ctx, const struct facts *packet, struct icmp_header icmp, __u32 quoted, __be32 source)
{
	__u32 at = packet->network_offset;
	struct iphdr ip = {};
	__u8 tos;

	if (bpf_xdp_load_bytes(ctx, at + sizeof(ip) + sizeof(icmp) + offsetof(struct iphdr, tos), &tos, 1))
		return false;
	ip.version = 4;
	ip.ihl = 5;
	ip.tos = (tos & 0x1e) | 0xc0;	/* precedence: internetwork control */
	ip.tot_len = bpf_htons(sizeof(ip) + sizeof(icmp) + quoted);
	ip.id = (__be16)bpf_get_prandom_u32();
	ip.ttl = 64;
	ip.protocol = IPPROTO_ICMP;
	ip.saddr = source;
	ip.daddr = source_ipv4(packet);
	const __u32 *words = (const __u32 *)&ip;
	ip.check = ~fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]);
	if (bpf_xdp_store_bytes(ctx, at, &ip, sizeof(ip)) ||
	    bpf_xdp_store_bytes(ctx, at + sizeof(ip), &icmp, sizeof(icmp)))
		return false;
	icmp.check = ~fold(sum_frame(ctx, at + sizeof(ip), sizeof(icmp) + quoted));
	return !bpf_xdp_store_bytes(ctx, at + sizeof(ip), &icmp, sizeof(icmp));
}

static __always_inline bool
write_icmpv6(struct xdp_md *ctx, const struct facts *packet, struct icmp_header icmp, __u32 quoted, const __u8 *source)
{
	__u32 at = packet->network_offset;
	struct ipv6hdr ip = {};
	__u64 sum;

	*(__be32 *)&ip = bpf_htonl(6 << 28);
	ip.payload_len = bpf_htons(sizeof(icmp) + quoted);
	ip.nexthdr = IPPROTO_ICMPV6;
	ip.hop_limit = 64;
	copy(&ip.saddr, source, 16);
	copy(&ip.daddr, &packet->addresses[0], 16);
	if (bpf_xdp_store_bytes(ctx, at, &ip, sizeof(ip)) ||
	    bpf_xdp_store_bytes(ctx, at + sizeof(ip), &icmp, sizeof(icmp)))
		return false;
	sum = sum_address(ip.saddr.s6_addr32, FAMILY_IPV6) + sum_address(ip.daddr.s6_addr32, FAMILY_IPV6) + ip.payload_len +
	      bpf_htons(IPPROTO_ICMPV6);
	icmp.check = ~fold(sum + sum_frame(ctx, at + sizeof(ip), sizeof(icmp) + quoted));
	return !bpf_xdp_store_bytes(ctx, at + sizeof(ip), &icmp, sizeof(icmp));
}

/* Back out of the interface that the packet came by. */
static __always_inline int
send_back(const struct xdp_md *ctx)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station = bpf_map_lookup_elem(&stations, &ifindex);
	__u32 number = station ? station->interface : 0;
	const struct interface *interface = bpf_map_lookup_elem(&interfaces, &number);

	if (number && interface && interface->flags & INTERFACE_TRANSMITS_BACK)
		return XDP_TX;
	return bpf_redirect(ifindex, 0);
}

/* A packet cut short is quoted as IPVS had it in hand: one hop less. */
static __always_inline void
take_hop_from_frame(struct xdp_md *ctx, const struct facts *packet)
{
	struct iphdr ip;
	__u8 hops = packet->ttl - 1;

	if (packet->family == FAMILY_IPV6) {
		bpf_xdp_store_bytes(ctx, packet->network_offset + offsetof(struct ipv6hdr, hop_limit), &hops, 1);
		return;
	}
	if (bpf_xdp_load_bytes(ctx, packet->network_offset, &ip, sizeof(ip)))
		return;
	decrement_ttl(&ip);
	bpf_xdp_store_bytes(ctx, packet->network_offset, &ip, sizeof(ip));
}

#define QUOTE_MAX_IPV4 (576 - sizeof(struct iphdr) - sizeof(struct icmp_header))
#define QUOTE_MAX_IPV6 (1280 - sizeof(struct ipv6hdr) - sizeof(struct icmp_header))

static __always_inline __u32
quoted_of(const struct packet *packet)
{
	__u32 most = packet->family == FAMILY_IPV4 ? QUOTE_MAX_IPV4 : QUOTE_MAX_IPV6;

	return packet->length < most ? packet->length : most;
}

/* Turns the packet into the ICMP error that quotes it, sent from `source` back to its sender. */
static __always_inline bool
write_answer(struct xdp_md *ctx, const struct packet *packet, struct icmp_header icmp, const __u8 *source)
{
	bool four = packet->family == FAMILY_IPV4;
	__u32 quoted = quoted_of(packet);
	__u32 grow = (four ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) + sizeof(struct icmp_header);
	int cut = (int)(packet->network_offset + quoted) - (int)bpf_xdp_get_buff_len(ctx);

	if ((cut < 0 && bpf_xdp_adjust_tail(ctx, cut)) || bpf_xdp_adjust_head(ctx, -(int)grow) ||
	    !turn_link_header(ctx, packet->network_offset, grow))
		return false;
	return four ? write_icmpv4(ctx, facts_of(packet), icmp, quoted, *(const __be32 *)source)
		    : write_icmpv6(ctx, facts_of(packet), icmp, quoted, source);
}

/* XDP's action. */
static __always_inline int
answer(struct xdp_md *ctx, const struct packet *packet, struct icmp_header icmp, const __u8 *source)
{
	return write_answer(ctx, packet, icmp, source) ? send_back(ctx) : XDP_DROP;
}

/* Turns the packet into the ICMP error that the errand asks for. */
SEC("xdp.frags")
int answer_client(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	struct packet packet = { .now = bpf_jiffies64() };
	struct fib_answer route;
	__u32 virtual_address;
	const __u8 *source;

	if (!errand || parse_head(ctx, &packet, ALL_PACKETS, elsewhere_of(errand)) != CONTINUE || !may_answer(packet.now))
		return XDP_DROP;
	if (packet.family == FAMILY_IPV4) {
		virtual_address = destination_ipv4(facts_of(&packet));
		source = (const __u8 *)&virtual_address;
	} else {
		look_up_fib(ctx, (const __u8 *)packet.addresses, FAMILY_IPV6, &route);
		/* Where no route leads nobody is told, as the kernel has it: there is no address to tell it from. */
		if (route.code != BPF_FIB_LKUP_RET_SUCCESS && route.code != BPF_FIB_LKUP_RET_NO_NEIGH)
			return XDP_DROP;
		source = route.hop.source_address;
	}
	if (errand->outcome == TOO_BIG)
		take_hop_from_frame(ctx, facts_of(&packet));
	if (!write_answer(ctx, &packet, icmp_for(errand->outcome, packet.family, errand->mtu), source))
		return XDP_DROP;
	if (errand->assembly != NO_ASSEMBLY)
		return send_assembled_answer(ctx, errand->assembly, facts_of(&packet), quoted_of(&packet));
	return send_back(ctx);
}
