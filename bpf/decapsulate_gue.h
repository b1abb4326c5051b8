/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GUE variant 0 between outer header and packet, at the ports that user space names. Of the optional fields, remote checksum
 * offload is understood (draft-herbert-remotecsumoffload, as net/ipv4/fou_core.c has it): the packet's checksum field holds no
 * more than the sum of its pseudo header, and the rest is to be added here.
 */
#pragma once

#include "decapsulate.h"
#include "tunnel_headers.h"

#define GUE_LENGTH_MASK 0x1f		/* of optional fields, in words */
#define GUE_PRIVATE bpf_htons(0x0001)
#define GUE_PRIVATE_CHECKSUM bpf_htonl(0x80000000)

struct gue_private {
	__be32 flags;
	__be16 sum_start;
	__be16 sum_field;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __be16);
	__type(value, __u8);		/* 1 */
} gue_ports SEC(".maps");

/* Of the optional fields those that ask for nothing we cannot do. offset: of the fields in the frame. */
static __always_inline bool
parse_gue_fields(struct xdp_md *ctx, struct outer *outer, const struct gue_header *gue, __u32 offset)
{
	__u32 length = (gue->variant_and_length & GUE_LENGTH_MASK) * 4;
	struct gue_private fields;

	if (!gue->flags)
		return !length;
	if (gue->flags != GUE_PRIVATE || length != sizeof(fields) ||
	    bpf_xdp_load_bytes(ctx, offset, &fields, sizeof(fields)) || fields.flags != GUE_PRIVATE_CHECKSUM)
		return false;
	outer->size += sizeof(fields);
	outer->is_checksum_open = true;
	outer->sum_start = bpf_ntohs(fields.sum_start);
	outer->sum_field = bpf_ntohs(fields.sum_field);
	return true;
}

static __always_inline bool
parse_gue(struct xdp_md *ctx, struct outer *outer)
{
	__u32 offset = outer->network_offset + outer->size;
	struct gue_header gue;

	if (bpf_xdp_load_bytes(ctx, offset, &gue, sizeof(gue)) || !bpf_map_lookup_elem(&gue_ports, &gue.udp.dest) ||
	    gue.variant_and_length & ~GUE_LENGTH_MASK || !is_ip_in_ip(gue.protocol))
		return false;
	outer->is_summed = gue.udp.check;
	outer->is_udp = true;
	outer->size += sizeof(gue);
	outer->protocol = gue.protocol;
	return parse_gue_fields(ctx, outer, &gue, offset + sizeof(gue));
}

/* All ones where the sum is 0: for TCP they mean the same, for UDP 0 would mean none. */
static __always_inline bool
make_checksum(struct xdp_md *ctx, const struct outer *outer)
{
	__u32 inside = outer->network_offset + outer->size, length = outer->length - (outer->size - outer->ip_size);
	__u16 check;

	if (outer->sum_start >= length || outer->sum_field + sizeof(check) > length)
		return false;
	check = ~fold(sum_frame(ctx, inside + outer->sum_start, length - outer->sum_start));
	if (!check)
		check = 0xffff;
	return !bpf_xdp_store_bytes(ctx, inside + outer->sum_field, &check, sizeof(check));
}
