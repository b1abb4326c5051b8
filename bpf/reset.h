/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells the sender of a packet that its connection was ended: by a TCP RST as the other side would send it (RFC 9293, section
 * 3.10.7.1), so that it is accepted, and by ICMP where there is no such thing. The packet becomes the answer and goes back the
 * way it came.
 */
#pragma once

#include "answer.h"

/* Where the packet stood, its answer stands: no payload, no options. */
struct reset_header {
	__be16 source_port;
	__be16 destination_port;
	__be32 sequence;
	__be32 acknowledged;
	__u8 offset;			/* of data, in words, in the upper half */
	__u8 flags;
	__be16 window;
	__u16 check;
	__be16 urgent;
};

#define RESET_TTL 64

static __always_inline __u32
sequence_length(const struct facts *packet, __u32 header_length)
{
	__u32 headers = packet->transport_offset - packet->network_offset + header_length;
	__u32 length = packet->length > headers ? packet->length - headers : 0;

	return length + !!(packet->tcp_flags & TCP_SYN) + !!(packet->tcp_flags & TCP_FIN);
}

/* Who acknowledged something hears a RST from there on; who did not, one that acknowledges what it sent. */
static __always_inline bool
make_reset(struct xdp_md *ctx, const struct facts *packet, struct reset_header *reset)
{
	struct reset_header got;

	if (bpf_xdp_load_bytes(ctx, packet->transport_offset, &got, sizeof(got)))
		return false;
	clear(reset, sizeof(*reset));
	reset->source_port = got.destination_port;
	reset->destination_port = got.source_port;
	reset->offset = sizeof(*reset) / 4 << 4;
	reset->flags = TCP_RST;
	if (got.flags & TCP_ACK) {
		reset->sequence = got.acknowledged;
	} else {
		reset->flags |= TCP_ACK;
		reset->acknowledged = bpf_htonl(bpf_ntohl(got.sequence) + sequence_length(packet, got.offset >> 4 << 2));
	}
	return true;
}

static __always_inline __u64
sum_reset(const struct reset_header *reset)
{
	const __u32 *words = (const __u32 *)reset;

	return (__u64)words[0] + words[1] + words[2] + words[3] + words[4] + bpf_htons(IPPROTO_TCP) +
	       bpf_htons(sizeof(*reset));
}

static __always_inline bool
write_reset_ipv4(struct xdp_md *ctx, const struct facts *packet, struct reset_header *reset)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .tot_len = bpf_htons(sizeof(ip) + sizeof(*reset)), .frag_off = bpf_htons(0x4000),
		.ttl = RESET_TTL, .protocol = IPPROTO_TCP,
		.saddr = destination_ipv4(packet), .daddr = source_ipv4(packet),
	};
	const __u32 *words = (const __u32 *)&ip;

	ip.check = ~fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]);
	reset->check = ~fold(sum_reset(reset) + ip.saddr + ip.daddr);
	return !bpf_xdp_store_bytes(ctx, packet->network_offset, &ip, sizeof(ip)) &&
	       !bpf_xdp_store_bytes(ctx, packet->network_offset + sizeof(ip), reset, sizeof(*reset));
}

static __always_inline bool
write_reset_ipv6(struct xdp_md *ctx, const struct facts *packet, struct reset_header *reset)
{
	struct ipv6hdr ip = {
		.payload_len = bpf_htons(sizeof(*reset)), .nexthdr = IPPROTO_TCP, .hop_limit = RESET_TTL,
	};

	*(__be32 *)&ip = bpf_htonl(6 << 28);
	copy(&ip.saddr, &packet->addresses[2], 16);
	copy(&ip.daddr, &packet->addresses[0], 16);
	reset->check = ~fold(sum_reset(reset) + sum_address(ip.saddr.s6_addr32, FAMILY_IPV6) +
			     sum_address(ip.daddr.s6_addr32, FAMILY_IPV6));
	return !bpf_xdp_store_bytes(ctx, packet->network_offset, &ip, sizeof(ip)) &&
	       !bpf_xdp_store_bytes(ctx, packet->network_offset + sizeof(ip), reset, sizeof(*reset));
}

static __always_inline bool
resize_frame(struct xdp_md *ctx, __u32 size)
{
	int change = (int)size - (int)bpf_xdp_get_buff_len(ctx);

	return !change || !bpf_xdp_adjust_tail(ctx, change);
}

/* Turns a packet of a connection that was ended into what its sender hears of it. */
SEC("xdp.frags")
int reset_sender(struct xdp_md *ctx)
{
	struct errand *errand = errand_here();
	struct packet packet = { .now = bpf_jiffies64() };
	struct reset_header reset;
	__u32 size;
	bool four;

	if (!errand || parse_packet(ctx, &packet, ALL_PACKETS) != CONTINUE)
		return XDP_DROP;
	if (packet.protocol != IPPROTO_TCP) {
		errand->outcome = NO_REAL_SERVER;	/* heard as: port unreachable */
		bpf_tail_call(ctx, &errand_programs, ERRAND_ANSWER);
		return XDP_DROP;
	}
	if (packet.tcp_flags & TCP_RST || !may_answer(packet.now) || !make_reset(ctx, facts_of(&packet), &reset))
		return XDP_DROP;
	four = packet.family == FAMILY_IPV4;
	size = packet.network_offset + (four ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) + sizeof(reset);
	if (!resize_frame(ctx, size) || !turn_link_header(ctx, packet.network_offset, 0))
		return XDP_DROP;
	if (four ? !write_reset_ipv4(ctx, facts_of(&packet), &reset) : !write_reset_ipv6(ctx, facts_of(&packet), &reset))
		return XDP_DROP;
	return send_back(ctx);
}
