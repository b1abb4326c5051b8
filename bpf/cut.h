/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet for DR or TUN that is larger than the way to its real server and may be cut. IPVS hands it to the kernel's own
 * output, which cuts. XDP has one frame for one; but the packet, ready to be sent in all but its size, can be passed on
 * with an order in its metadata to the program cut_oversize (cut_pieces.h) at the same interface's traffic control.
 */
#pragma once

#include "next_hop.h"

#define CUT_MAGIC 0x78637574		/* "xcut": others may use metadata too */

struct cut_order {
	__u32 magic;
	__u32 ifindex;			/* to send the pieces by */
	__u32 id;			/* of IPv6 fragments; differs from packet to packet, so that GRO never joins two */
	__u16 mtu;
	__u16 offset;			/* where the next piece begins in the IP payload */
};

/*
 * The outer header of a tunnel never has options; those of the packet itself would have to be picked over. Without path MTU
 * discovery the outer packet may be cut whatever an IPv4 packet inside says.
 */
static __always_inline bool
may_be_cut(const struct packet *packet, __u8 method)
{
	if (method == FORWARDING_TUNNEL)
		return packet->may_fragment || (packet->family == FAMILY_IPV4 && !settings.pmtu_disc);
	return packet->may_fragment && packet->transport_offset - packet->network_offset == sizeof(struct iphdr);
}

/* Whether a cutter stands behind us; one tag is taken off before it, and put on again by the kernel. */
static __always_inline bool
is_cut_behind(const struct xdp_md *ctx, const struct next_hop *hop)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station = bpf_map_lookup_elem(&stations, &ifindex);
	__u32 number = station ? station->interface : 0;
	const struct interface *interface = bpf_map_lookup_elem(&interfaces, &number);

	return number && interface && interface->flags & INTERFACE_CUTS && !hop->inner_vlan;
}

/* Pointers into the frame are void afterwards; false: the driver keeps no metadata. What moves the frame's head takes it along. */
static __always_inline bool
write_order(struct xdp_md *ctx, const struct next_hop *hop)
{
	struct cut_order *order;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*order)))
		return false;
	order = (void *)(long)ctx->data_meta;
	if ((void *)(order + 1) > (void *)(long)ctx->data)
		return false;
	order->magic = CUT_MAGIC;
	order->ifindex = hop->ifindex;
	order->id = bpf_get_prandom_u32();
	order->mtu = hop->mtu;
	order->offset = 0;
	return true;
}

/* After write_order, what a packet's method needs. Only IPv4 is cut. */
static __always_inline bool
find_network_again(struct xdp_md *ctx, struct packet *packet)
{
	/* 22 behind two VLAN tags; the mask is for the verifier. */
	packet->network = (void *)(long)ctx->data + (packet->network_offset & 31);
	packet->end = (void *)(long)ctx->data_end;
	return packet->network + sizeof(struct iphdr) <= packet->end;
}
