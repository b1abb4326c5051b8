/* SPDX-License-Identifier: GPL-2.0-only */
/* An ICMP error of another host as it came, and the packet that it quotes. */
#pragma once

#include "answer.h"
#include "icmp_checksum.h"
#include "quoted.h"

#define ICMP_TYPE_SOURCE_QUENCH 4
#define ICMPV6_TYPE_INFORMATIONAL 128	/* from here on */

/* Those that IPVS relays: a redirect or a parameter problem of IPv4 is for whoever it was sent to. */
static __always_inline bool
is_relayed_type(__u32 family, __u8 type)
{
	if (family == FAMILY_IPV6)
		return type < ICMPV6_TYPE_INFORMATIONAL;
	return type == ICMP_TYPE_UNREACHABLE || type == ICMP_TYPE_SOURCE_QUENCH || type == ICMP_TYPE_TIME_EXCEEDED;
}

/* Goes on in a program of its own; comes back if there is nothing to do but to leave it to the host. */
static __always_inline void
hand_on_icmp_error(struct xdp_md *ctx, const struct facts *packet)
{
	__u8 type;

	if (packet->protocol != (packet->family == FAMILY_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return;
	if (bpf_xdp_load_bytes(ctx, packet->transport_offset, &type, sizeof(type)) || !is_relayed_type(packet->family, type))
		return;
	bpf_tail_call(ctx, &errand_programs, ERRAND_ICMP);
}

/* What lies behind the header's length is padding, and what the length claims must be there. */
static __always_inline bool
is_error_whole(struct xdp_md *ctx, const struct facts *error)
{
	__u32 header_length = error->transport_offset - error->network_offset;

	if (error->length < header_length + sizeof(struct icmp_header) ||
	    error->network_offset + error->length > bpf_xdp_get_buff_len(ctx))
		return false;
	return error->family == FAMILY_IPV6 || fold(sum_frame(ctx, error->network_offset, header_length)) == 0xffff;
}

/* CONTINUE: both are filled. */
static __always_inline enum outcome
read_error(struct xdp_md *ctx, struct packet *error, struct facts *quoted)
{
	if (parse_packet(ctx, error, PLAIN_PACKETS) != NOT_TRANSPORT || !is_error_whole(ctx, facts_of(error)))
		return NOT_TRANSPORT;
	if (!is_for_this_host(ctx, error->link))
		return NOT_FOR_THIS_HOST;
	if (is_impossible_source(facts_of(error)))
		return NOT_TRANSPORT;
	error->now = bpf_jiffies64();
	error->ports = 0;
	error->tcp_flags = 0;
	quoted->now = error->now;
	quoted->family = error->family;
	quoted->network_offset = error->transport_offset + sizeof(struct icmp_header);
	return read_quoted(ctx, quoted, error->network_offset + error->length) ? CONTINUE : NOT_TRANSPORT;
}
