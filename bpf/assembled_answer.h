/* SPDX-License-Identifier: GPL-2.0-only */
/* An ICMP error that quotes a packet put together from fragments: most of what it quotes is in the assembly. */
#pragma once

#include "departure.h"

/* More than any packet is long. */
#define ELSEWHERE 0x10000

static __always_inline __u32
elsewhere_of(const struct errand *errand)
{
	return errand->assembly == NO_ASSEMBLY ? 0 : ELSEWHERE;
}

/*
 * The frame is the error as far as the quoted transport header; quoted: bytes of the packet. ICMP's checksum, made for what
 * is in the frame, becomes that of the whole.
 */
static __noinline int
finish_assembled_answer(struct xdp_md *ctx, struct exit *exit, __u32 network, __u32 family)
{
	const struct assembly *assembly = exit ? assembly_at(exit->assembly) : NULL;
	__u32 header = family == FAMILY_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr), at = network + header;
	__u32 size = bpf_xdp_get_buff_len(ctx);
	__u16 check = 0;
	__u64 sum;

	if (!assembly || size < at || bpf_xdp_store_bytes(ctx, at + 2, &check, sizeof(check)))
		return XDP_DROP;
	sum = sum_frame(ctx, at, size - at) + sum_pieces(exit->assembly, assembly->transport_size, exit->payload);
	if (family == FAMILY_IPV6)
		sum += sum_frame(ctx, network + offsetof(struct ipv6hdr, saddr), 32) + bpf_htons(IPPROTO_ICMPV6) +
		       bpf_htons(size - at + exit->payload - assembly->transport_size);
	check = ~fold(sum);
	if (bpf_xdp_store_bytes(ctx, at + 2, &check, sizeof(check)))
		return XDP_DROP;
	return hand_to_sender(ctx, exit);
}

static __always_inline int
send_assembled_answer(struct xdp_md *ctx, __u32 index, const struct facts *packet, __u32 quoted)
{
	struct exit exit = {
		.assembly = index,
		.ifindex = ctx->ingress_ifindex,
		.payload = quoted - (packet->transport_offset - packet->network_offset),
	};

	return finish_assembled_answer(ctx, &exit, packet->network_offset, packet->family);
}
