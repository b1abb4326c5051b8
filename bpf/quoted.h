/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packet that an ICMP error quotes. Errors hold little of it (eight bytes behind its IP header are enough, RFC 792), and
 * four of those, the ports, are all that is asked for here.
 */
#pragma once

#include "parse.h"

#define IPV4_FRAGMENT_OFFSET bpf_htons(0x1fff)
#define IPV6_FRAGMENT_OFFSET bpf_htons(0xfff8)
#define QUOTED_EXTENSIONS_MAX 8

static __always_inline bool
has_ports(__u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static __always_inline bool
read_quoted_ipv4(struct xdp_md *ctx, struct facts *quoted)
{
	struct iphdr ip;

	if (bpf_xdp_load_bytes(ctx, quoted->network_offset, &ip, sizeof(ip)))
		return false;
	if (ip.version != 4 || ip.ihl < 5 || ip.frag_off & IPV4_FRAGMENT_OFFSET)
		return false;
	quoted->protocol = ip.protocol;
	quoted->may_fragment = !(ip.frag_off & IPV4_DF);
	quoted->transport_offset = quoted->network_offset + ip.ihl * 4;
	quoted->addresses[0] = ip.saddr | (__u64)ip.daddr << 32;
	return true;
}

/* Steps over one IPv6 extension header. False: what stands there is none, or ends the search. */
static __always_inline bool
skip_ipv6_header(struct xdp_md *ctx, struct facts *quoted, bool *is_later_fragment)
{
	struct {
		__u8 next;
		__u8 length;
		__be16 offset;		/* of a fragment */
	} header;

	if (!is_extension(quoted->protocol) && quoted->protocol != IPPROTO_FRAGMENT)
		return false;
	if (bpf_xdp_load_bytes(ctx, quoted->transport_offset, &header, sizeof(header)))
		return false;
	if (quoted->protocol == IPPROTO_FRAGMENT) {
		*is_later_fragment = header.offset & IPV6_FRAGMENT_OFFSET;
		quoted->transport_offset += 8;
	} else {
		quoted->transport_offset += quoted->protocol == EXTENSION_AUTHENTICATION ? (header.length + 2) * 4 : (header.length + 1) * 8;
	}
	quoted->protocol = header.next;
	return !*is_later_fragment;
}

static __always_inline bool
read_quoted_ipv6(struct xdp_md *ctx, struct facts *quoted)
{
	bool is_later_fragment = false;
	struct ipv6hdr ip;

	if (bpf_xdp_load_bytes(ctx, quoted->network_offset, &ip, sizeof(ip)) || ip.version != 6)
		return false;
	quoted->protocol = ip.nexthdr;
	quoted->transport_offset = quoted->network_offset + sizeof(ip);
	copy(&quoted->addresses[0], &ip.saddr, 16);
	copy(&quoted->addresses[2], &ip.daddr, 16);
	for (int i = 0; i < QUOTED_EXTENSIONS_MAX && skip_ipv6_header(ctx, quoted, &is_later_fragment); i++)
		;
	return !is_later_fragment;
}

/*
 * Into `quoted`, whose network_offset says where it begins and whose family is known: addresses and protocol, and the ports where
 * the protocol has such; all as quoted. end: of the error in the frame.
 */
static __noinline bool
read_quoted(struct xdp_md *ctx, struct facts *quoted, __u32 end)
{
	if (quoted->family == FAMILY_IPV4 ? !read_quoted_ipv4(ctx, quoted) : !read_quoted_ipv6(ctx, quoted))
		return false;
	if (!has_ports(quoted->protocol))
		return quoted->transport_offset <= end;
	return quoted->transport_offset + sizeof(quoted->ports) <= end &&
	       !bpf_xdp_load_bytes(ctx, quoted->transport_offset, &quoted->ports, sizeof(quoted->ports));
}

/* The same packet's other direction: what the line of whoever sent it is found by. */
static __always_inline void
turn_round(const struct facts *quoted, struct facts *turned)
{
	turned->protocol = quoted->protocol;
	turned->family = quoted->family;
	turned->now = quoted->now;
	turned->source_port = quoted->destination_port;
	turned->destination_port = quoted->source_port;
	if (quoted->family == FAMILY_IPV4) {
		turned->addresses[0] = quoted->addresses[0] >> 32 | quoted->addresses[0] << 32;
		return;
	}
	turned->addresses[0] = quoted->addresses[2];
	turned->addresses[1] = quoted->addresses[3];
	turned->addresses[2] = quoted->addresses[0];
	turned->addresses[3] = quoted->addresses[1];
}
