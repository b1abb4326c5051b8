/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GUE between outer header and packet: a UDP header, whose source port spreads connections over paths and queues, and four
 * bytes that name the packet's protocol.
 *
 * --tun-remcsum: IPVS sends the field for remote checksum offload only with packets whose checksum its own host left
 * open. Of those that a NIC received there are none, so it is --tun-csum by another name there, and here.
 */
#pragma once

#include "../tunnel_headers.h"
#include "masquerade.h"
#include "tunnel_checksum.h"

/* The default of net.ipv4.ip_local_port_range, from which the kernel takes such ports too. */
#define GUE_FIRST_PORT 32768
#define GUE_PORTS (60999 - GUE_FIRST_PORT)

static __always_inline __be16
gue_source_port(const struct facts *packet)
{
	__u64 hash = hash_packet(packet) >> 32;

	return bpf_htons(GUE_FIRST_PORT + (hash * GUE_PORTS >> 32));
}

/* All ones say 0, which would be "none". */
static __always_inline __u16
gue_checksum(struct xdp_md *ctx, __u32 offset, __be16 length, const struct next_hop *hop, const struct real_server *server)
{
	__u64 sum = sum_address((const __u32 *)hop->source_address, server->family) +
		    sum_address((const __u32 *)server->address, server->family) + bpf_htons(IPPROTO_UDP) + length;
	__u16 check = ~fold(sum + sum_carried(ctx, offset, bpf_ntohs(length)));

	return check ? check : 0xffff;
}

/* offset: of the UDP header in the frame. length: of it and all that follows. protocol: of the packet inside. */
static __always_inline bool
write_gue(struct xdp_md *ctx, __u32 offset, __u32 length, __u8 protocol, const struct facts *packet,
	  const struct next_hop *hop, const struct real_server *server)
{
	struct gue_header gue = {
		.udp = { .source = gue_source_port(packet), .dest = server->tunnel_port, .len = bpf_htons(length) },
		.protocol = protocol,
	};

	if (bpf_xdp_store_bytes(ctx, offset, &gue, sizeof(gue)))
		return false;
	if (!(server->tunnel_flags & (TUNNEL_CHECKSUM_OUTER | TUNNEL_CHECKSUM_REMOTE)))
		return true;
	gue.udp.check = gue_checksum(ctx, offset, gue.udp.len, hop, server);
	return !bpf_xdp_store_bytes(ctx, offset, &gue, sizeof(gue));
}
