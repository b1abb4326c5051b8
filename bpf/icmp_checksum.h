/* SPDX-License-Identifier: GPL-2.0-only */
/* The checksum of an ICMP message, over all of it. */
#pragma once

#include "checksum.h"

#define ICMP_CHECK_OFFSET 2

/* The sum that a right ICMP checksum makes all ones; ICMPv6's takes in the addresses (RFC 8200, section 8.1). */
static __always_inline __u64
sum_icmp(struct xdp_md *ctx, const struct facts *error)
{
	__u32 length = error->network_offset + error->length - error->transport_offset;
	__u64 sum = sum_frame(ctx, error->transport_offset, length);

	if (error->family == FAMILY_IPV6)
		sum += sum_frame(ctx, error->network_offset + offsetof(struct ipv6hdr, saddr), 32) + bpf_htonl(length) +
		       bpf_htonl(IPPROTO_ICMPV6);
	return sum;
}

static __always_inline bool
is_icmp_intact(struct xdp_md *ctx, const struct facts *error)
{
	return fold(sum_icmp(ctx, error)) == 0xffff;
}

static __always_inline bool
make_icmp_checksum(struct xdp_md *ctx, const struct facts *error)
{
	__u32 at = error->transport_offset + ICMP_CHECK_OFFSET;
	__u16 check = 0;

	if (bpf_xdp_store_bytes(ctx, at, &check, sizeof(check)))
		return false;
	check = ~fold(sum_icmp(ctx, error));
	return !bpf_xdp_store_bytes(ctx, at, &check, sizeof(check));
}
