/* SPDX-License-Identifier: GPL-2.0-only */
/* The link-layer header, and the way out. */
#pragma once

#include "next_hop.h"

/* Looks at both at once. There is no inner one without an outer one. */
static __always_inline bool
has_tags(const struct next_hop *hop)
{
	return *(const __u32 *)&hop->outer_vlan;
}

static __always_inline __u32
link_header_size(const struct next_hop *hop)
{
	__u32 size = sizeof(struct ethhdr);

	if (likely(!has_tags(hop)))
		return size;
	return size + (hop->inner_vlan ? 2 : 1) * sizeof(struct vlan_header);
}

/* Destination and source, which stand side by side in a frame as in struct next_hop. In few pieces, each within one of them. */
static __always_inline void
copy_macs(void *to, const void *from)
{
	*(__u32 *)to = *(const __u32 *)from;
	*(__u16 *)(to + 4) = *(const __u16 *)(from + 4);
	*(__u16 *)(to + 6) = *(const __u16 *)(from + 6);
	*(__u32 *)(to + 8) = *(const __u32 *)(from + 8);
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
	copy_macs(ethernet, hop->destination_mac);
	if (likely(!has_tags(hop))) {
		*(__be16 *)(data + offsetof(struct ethhdr, h_proto)) = ethertype;
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
