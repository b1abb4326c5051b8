/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NAT of an ICMP error: its own address on one side, and of the packet it quotes the address and port on the other. The quoted
 * transport checksum stays as it was, since most errors hold too little to mend it by; all others are made anew, as IPVS does.
 */
#pragma once

#include "../icmp_checksum.h"
#include "masquerade.h"

/* What to put in; side: of the error. */
struct translation {
	__u8 address[ADDRESS_SIZE];
	__be16 port;
	enum side side : 8;
};

static __always_inline bool
store_address(struct xdp_md *ctx, const struct facts *packet, enum side side, const struct translation *to)
{
	__u32 at = packet->network_offset;

	if (packet->family == FAMILY_IPV4) {
		at += side == SIDE_SOURCE ? offsetof(struct iphdr, saddr) : offsetof(struct iphdr, daddr);
		return !bpf_xdp_store_bytes(ctx, at, (void *)to->address, 4);
	}
	at += side == SIDE_SOURCE ? offsetof(struct ipv6hdr, saddr) : offsetof(struct ipv6hdr, daddr);
	return !bpf_xdp_store_bytes(ctx, at, (void *)to->address, 16);
}

static __noinline bool
translate_error(struct xdp_md *ctx, const struct facts *error, const struct facts *quoted, const struct translation *to)
{
	enum side quoted_side = to->side == SIDE_SOURCE ? SIDE_DESTINATION : SIDE_SOURCE;
	__u32 port_at = quoted->transport_offset + (quoted_side == SIDE_SOURCE ? 0 : sizeof(to->port));

	if (!store_address(ctx, error, to->side, to) || !store_address(ctx, quoted, quoted_side, to) ||
	    bpf_xdp_store_bytes(ctx, port_at, (void *)&to->port, sizeof(to->port)))
		return false;
	if (error->family == FAMILY_IPV4) {
		make_header_checksum(ctx, error->network_offset, error->transport_offset);
		make_header_checksum(ctx, quoted->network_offset, quoted->transport_offset);
	}
	return make_icmp_checksum(ctx, error);
}
