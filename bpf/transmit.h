/* SPDX-License-Identifier: GPL-2.0-only */
/* The link-layer header, and the way out. */
#pragma once

#include "next_hop.h"

static __always_inline __u32
link_header_size(const struct next_hop *hop)
{
	__u32 size = sizeof(struct ethhdr);

	if (unlikely(hop->outer_vlan))
		size += sizeof(struct vlan_header);
	if (unlikely(hop->inner_vlan))
		size += sizeof(struct vlan_header);
	return size;
}

/* Writes the link-layer header in front of `network`, which must be at least link_header_size(hop) into the frame. */
static __always_inline bool
write_link_header(struct xdp_md *ctx, const struct next_hop *hop, __be16 ethertype)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;

	if (unlikely((void *)(ethernet + 1) > end))
		return false;
	copy(ethernet->h_dest, hop->destination_mac, ETH_ALEN);
	copy(ethernet->h_source, hop->source_mac, ETH_ALEN);
	if (likely(!hop->outer_vlan)) {
		ethernet->h_proto = ethertype;
		return true;
	}

	struct vlan_header *vlan = (void *)(ethernet + 1);
	ethernet->h_proto = bpf_htons(hop->flags & INTERFACE_SERVICE_TAG ? ETH_P_8021AD : ETH_P_8021Q);
	if ((void *)(vlan + 1) > end)
		return false;
	vlan->tci = hop->outer_vlan;
	vlan->ethertype = ethertype;
	if (!hop->inner_vlan)
		return true;
	vlan->ethertype = bpf_htons(ETH_P_8021Q);
	vlan++;
	if ((void *)(vlan + 1) > end)
		return false;
	vlan->tci = hop->inner_vlan;
	vlan->ethertype = ethertype;
	return true;
}

/*
 * Moves the frame's head so that `grow` bytes (an outer header) and the link-layer header of `hop` stand before the network
 * header. False: the driver left no room. Pointers into the frame are void afterwards if the head moved.
 */
static __always_inline bool
make_room(struct xdp_md *ctx, const struct facts *packet, const struct next_hop *hop, __u32 grow)
{
	int change = packet->network_offset - (int)(link_header_size(hop) + grow);

	return !change || !bpf_xdp_adjust_head(ctx, change);
}

static __always_inline int
transmit(const struct xdp_md *ctx, const struct next_hop *hop)
{
	__u32 ifindex = hop->ifindex;

	if (hop->flags & INTERFACE_TRANSMITS_BACK && ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(ifindex, 0);
}
