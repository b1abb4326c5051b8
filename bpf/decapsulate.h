/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of decapsulate.bpf.c: what stands outside, what stands inside, and how the outside is taken off. */
#pragma once

#include "checksum.h"

/* As user space writes it: an IPv4 address stands in the first four bytes, the rest zero. */
struct virtual_address {
	__u8 address[ADDRESS_SIZE];
	__u8 family;			/* enum family */
	__u8 pad[3];
};

#define VLAN_TAG_SIZE 4
#define ECN_MASK 3
#define ECN_CONGESTED 3
#define IPV4_FRAGMENTED bpf_htons(0x3fff)

struct outer {
	__u16 network_offset;		/* 14, 18 or 22: two VLAN tags at most */
	__u16 size;			/* of the outer IP header, and of what stands between it and the packet inside */
	__u8 ip_size;			/* of the outer IP header alone */
	__u8 protocol;			/* of what comes next; in the end IPPROTO_IPIP or IPPROTO_IPV6 */
	bool is_congested;
	bool is_summed;			/* a checksum covers all behind the outer IP header */
	bool is_udp;			/* with its pseudo header */
	bool is_checksum_open;		/* remote checksum offload */
	__u16 sum_start;		/* remote checksum offload: in the packet inside, where its sum begins */
	__u16 sum_field;		/* and where the checksum belongs */
	__u16 length;			/* of all behind the outer IP header */
};

struct inner {
	struct virtual_address destination;
	void *network;			/* valid until the frame's head moves */
};

static __always_inline bool
is_vlan_tag(__be16 ethertype)
{
	return ethertype == bpf_htons(ETH_P_8021Q) || ethertype == bpf_htons(ETH_P_8021AD);
}

static __always_inline __u8
traffic_class(const struct ipv6hdr *ip)
{
	return bpf_ntohl(*(const __be32 *)ip) >> 20;
}

/* Ethertype behind the VLAN tags; 0 when the frame ends before. */
static __always_inline __be16
parse_ethernet(void *data, void *end, struct outer *outer)
{
	__be16 *ethertype = data + offsetof(struct ethhdr, h_proto);

	outer->network_offset = sizeof(struct ethhdr);
	for (int tags = 0; tags < 3; tags++) {
		if ((void *)(ethertype + 1) > end)
			return 0;
		if (!is_vlan_tag(*ethertype))
			return *ethertype;
		ethertype += VLAN_TAG_SIZE / sizeof(*ethertype);
		outer->network_offset += VLAN_TAG_SIZE;
	}
	return 0;
}

/*
 * The director's outer headers have no options and no extension headers, so others are not ours to take off. A fragment
 * has not all of its inner header: the director keeps packets small enough.
 */
static __always_inline bool
parse_outer(struct xdp_md *ctx, struct outer *outer)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__be16 ethertype = parse_ethernet(data, end, outer);
	void *network = data + outer->network_offset;

	if (ethertype == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = network;

		if ((void *)(ip + 1) > end || ip->version != 4 || ip->ihl != 5 || ip->frag_off & IPV4_FRAGMENTED)
			return false;
		outer->size = sizeof(*ip);
		outer->length = bpf_ntohs(ip->tot_len) - sizeof(*ip);
		outer->protocol = ip->protocol;
		outer->is_congested = (ip->tos & ECN_MASK) == ECN_CONGESTED;
	} else if (ethertype == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = network;

		if ((void *)(ip + 1) > end || ip->version != 6)
			return false;
		outer->size = sizeof(*ip);
		outer->length = bpf_ntohs(ip->payload_len);
		outer->protocol = ip->nexthdr;
		outer->is_congested = (traffic_class(ip) & ECN_MASK) == ECN_CONGESTED;
	} else {
		return false;
	}
	outer->ip_size = outer->size;
	return true;
}

static __always_inline bool
is_ip_in_ip(__u8 protocol)
{
	return protocol == IPPROTO_IPIP || protocol == IPPROTO_IPV6;
}

static __always_inline bool
parse_inner(struct xdp_md *ctx, const struct outer *outer, struct inner *inner)
{
	void *end = (void *)(long)ctx->data_end;

	inner->network = (void *)(long)ctx->data + outer->network_offset + outer->size;
	if (outer->protocol == IPPROTO_IPIP) {
		struct iphdr *ip = inner->network;

		if ((void *)(ip + 1) > end || ip->version != 4)
			return false;
		inner->destination.family = FAMILY_IPV4;
		copy(inner->destination.address, &ip->daddr, sizeof(ip->daddr));
	} else {
		struct ipv6hdr *ip = inner->network;

		if ((void *)(ip + 1) > end || ip->version != 6)
			return false;
		inner->destination.family = FAMILY_IPV6;
		copy(inner->destination.address, &ip->daddr, sizeof(ip->daddr));
	}
	return true;
}

/*
 * RFC 6040, section 4.2: congestion that a router marked on the outer header must reach the receiver. False when the
 * sender does not know ECN: then the loss of the packet is the only word for it.
 */
static __always_inline bool
mark_congestion(struct inner *inner)
{
	if (inner->destination.family == FAMILY_IPV4) {
		struct iphdr *ip = inner->network;
		__be16 *word = inner->network;
		__u32 sum = (__u16)~*word;

		if (!(ip->tos & ECN_MASK))
			return false;
		ip->tos |= ECN_CONGESTED;
		sum += (__u16)~ip->check + *word;	/* RFC 1624: what went, inverted, and what came */
		sum = (sum & 0xffff) + (sum >> 16);
		ip->check = ~((sum & 0xffff) + (sum >> 16));
	} else {
		struct ipv6hdr *ip = inner->network;

		if (!(traffic_class(ip) & ECN_MASK))
			return false;
		*(__be32 *)ip |= bpf_htonl(ECN_CONGESTED << 20);
	}
	return true;
}

/* The link header is kept aside, since it may be longer than the hole it moves over. */
static __always_inline bool
move_link_header(struct xdp_md *ctx, __u32 link_size, __u32 hole, __be16 ethertype)
{
	__u8 header[sizeof(struct ethhdr) + 2 * VLAN_TAG_SIZE];
	void *data = (void *)(long)ctx->data;

	if (data + link_size > (void *)(long)ctx->data_end)
		return false;
	copy(header, data, link_size);
	if (bpf_xdp_adjust_head(ctx, hole))
		return false;

	data = (void *)(long)ctx->data;
	if (data + link_size > (void *)(long)ctx->data_end)
		return false;
	copy(header + link_size - sizeof(ethertype), &ethertype, sizeof(ethertype));
	copy(data, header, link_size);
	return true;
}

static __always_inline bool
remove_outer(struct xdp_md *ctx, const struct outer *outer, const struct inner *inner)
{
	__be16 ethertype = inner->destination.family == FAMILY_IPV4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);

	switch (outer->network_offset) {	/* copies are of a fixed size */
	case sizeof(struct ethhdr):
		return move_link_header(ctx, sizeof(struct ethhdr), outer->size, ethertype);
	case sizeof(struct ethhdr) + VLAN_TAG_SIZE:
		return move_link_header(ctx, sizeof(struct ethhdr) + VLAN_TAG_SIZE, outer->size, ethertype);
	default:
		return move_link_header(ctx, sizeof(struct ethhdr) + 2 * VLAN_TAG_SIZE, outer->size, ethertype);
	}
}
