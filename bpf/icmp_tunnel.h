/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ICMP error about the outer packet of one of our tunnels. The client hears of it as from the virtual service, about the packet
 * that was inside; and what is too big for the way is remembered. As in IPVS only IPv4 in IPv4 is relayed: routers that send
 * errors about IPv6 quote enough for it too, but it leaves them to the host.
 */
#pragma once

#include "icmp_error.h"
#include "path_mtu.h"
#include "traffic.h"

#define IPV4_MTU_MIN 68		/* RFC 791 */
#define GRE_CHECKSUM 0x80
#define GRE_KEY 0x20
#define GRE_SEQUENCE 0x10
#define GUE_VERSION_OR_CONTROL 0xe0
#define GUE_LENGTH 0x1f			/* of its options, in words */

/* The outer packet that an error quotes, and where the inner one lies in the frame. */
struct quoted_tunnel {
	enum tunnel_type type;
	__be16 port;			/* GUE: the real server's */
	__u32 real_address;
	__u32 inner_offset;
	__u32 header_size;		/* of all that is before the inner packet */
};

static __always_inline bool
may_quote_tunnel(const struct facts *outer)
{
	return outer->family == FAMILY_IPV4 &&
	       (outer->protocol == IPPROTO_IPIP || outer->protocol == IPPROTO_GRE || outer->protocol == IPPROTO_UDP);
}

static __always_inline bool
skip_gre_header(struct xdp_md *ctx, struct quoted_tunnel *tunnel)
{
	struct {
		__u8 flags;
		__u8 version;
		__be16 ethertype;
	} gre;

	if (bpf_xdp_load_bytes(ctx, tunnel->inner_offset, &gre, sizeof(gre)) || gre.ethertype != bpf_htons(ETH_P_IP))
		return false;
	tunnel->inner_offset += sizeof(gre) + (gre.flags & GRE_CHECKSUM ? 4 : 0) + (gre.flags & GRE_KEY ? 4 : 0) +
				(gre.flags & GRE_SEQUENCE ? 4 : 0);
	return true;
}

static __always_inline bool
skip_gue_header(struct xdp_md *ctx, struct quoted_tunnel *tunnel)
{
	struct {
		struct udphdr udp;
		__u8 kind;
		__u8 protocol;
		__be16 flags;
	} gue;

	if (bpf_xdp_load_bytes(ctx, tunnel->inner_offset, &gue, sizeof(gue)) || gue.kind & GUE_VERSION_OR_CONTROL ||
	    gue.protocol != IPPROTO_IPIP)
		return false;
	tunnel->port = gue.udp.dest;
	tunnel->inner_offset += sizeof(gue) + (gue.kind & GUE_LENGTH) * 4;
	return true;
}

static __always_inline bool
read_quoted_tunnel(struct xdp_md *ctx, const struct facts *outer, struct quoted_tunnel *tunnel)
{
	tunnel->port = 0;
	tunnel->real_address = destination_ipv4(outer);
	tunnel->inner_offset = outer->transport_offset;
	if (outer->protocol == IPPROTO_GRE) {
		tunnel->type = TUNNEL_GRE;
		if (!skip_gre_header(ctx, tunnel))
			return false;
	} else if (outer->protocol == IPPROTO_UDP) {
		tunnel->type = TUNNEL_GUE;
		if (!skip_gue_header(ctx, tunnel))
			return false;
	} else {
		tunnel->type = TUNNEL_IPIP;
	}
	tunnel->header_size = tunnel->inner_offset - outer->network_offset;
	return true;
}

static __always_inline bool
is_tunnel_to(const struct quoted_tunnel *tunnel, const struct connection *line, const struct real_server *server)
{
	return (line->flags & CONNECTION_METHOD) == FORWARDING_TUNNEL && server->family == FAMILY_IPV4 &&
	       *(const __u32 *)server->address == tunnel->real_address && server->tunnel_type == tunnel->type &&
	       (tunnel->type != TUNNEL_GUE || server->tunnel_port == tunnel->port);
}

/*
 * What the client is told: the way as it was thought to be until now, for a router's first word on it; its next packet that is too
 * big is told the new value. IPVS does so too, since the kernel makes a route of its own for the first word and then
 * changes that.
 */
static __always_inline __u32
learn_path_mtu(const struct real_server *server, struct next_hop *hop, __u32 said, __u32 now)
{
	bool is_first;

	if (said >= hop->mtu)
		return hop->mtu;
	is_first = !remember_path_mtu(server, &said, now) || !hop->learned;
	if (is_first)
		__sync_lock_test_and_set(&hop->learned, 0);
	else
		hop->mtu = said;
	return hop->mtu;
}

/* Makes the frame the error about its inner packet, on its way to the client; `inner` becomes the facts of that. */
static __always_inline enum outcome
send_about_inner(struct xdp_md *ctx, struct facts *inner, struct icmp_header icmp, struct ending *ending)
{
	__u32 address[ADDRESS_SIZE / 4] = { source_ipv4(inner) };
	__u32 quoted = inner->length, link;
	struct fib_answer route;
	int cut;

	look_up_fib(ctx, (const __u8 *)address, FAMILY_IPV4, &route);
	if (route.code != BPF_FIB_LKUP_RET_SUCCESS || !route.interface)
		return NO_ROUTE;
	if (quoted > QUOTE_MAX_IPV4)
		quoted = QUOTE_MAX_IPV4;
	cut = (int)(inner->network_offset + quoted) - (int)bpf_xdp_get_buff_len(ctx);
	if (cut < 0 && bpf_xdp_adjust_tail(ctx, cut))
		return NO_HEADROOM;
	link = link_header_size(&route.hop);
	if (bpf_xdp_adjust_head(ctx, (int)inner->network_offset -
				     (int)(link + sizeof(struct iphdr) + sizeof(struct icmp_header))) ||
	    !write_link_header(ctx, &route.hop, bpf_htons(ETH_P_IP)))
		return NO_HEADROOM;
	inner->network_offset = link;
	inner->length = sizeof(struct iphdr) + sizeof(struct icmp_header) + quoted;
	if (!write_icmpv4(ctx, inner, icmp, quoted, destination_ipv4(inner)))
		return NO_HEADROOM;
	ending->action = transmit(ctx, &route.hop);
	return ICMP_REPLIED;
}

static __always_inline enum outcome
relay_about_inner(struct xdp_md *ctx, const struct facts *error, const struct quoted_tunnel *tunnel, struct facts *inner,
		  struct ending *ending)
{
	__u32 index, number, end = error->network_offset + error->length;
	const struct connection *line = find_connection(inner, hash_packet(inner), &index);
	const struct real_server *server;
	struct icmp_header icmp;
	enum outcome outcome;
	struct next_hop *hop;

	if (!line)
		return NOT_TRANSPORT;
	number = line->real_server;
	server = bpf_map_lookup_elem(&real_servers, &number);
	hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!server || !hop || !is_tunnel_to(tunnel, line, server))
		return NOT_TRANSPORT;
	if (bpf_xdp_load_bytes(ctx, error->transport_offset, &icmp, sizeof(icmp)) || !is_icmp_intact(ctx, error))
		return MALFORMED;
	icmp.check = 0;
	if (icmp.type == ICMP_TYPE_UNREACHABLE && icmp.code == ICMP_CODE_TOO_BIG) {
		__u32 mtu = learn_path_mtu(server, hop, bpf_ntohl(icmp.rest) & 0xffff, error->now);

		icmp.rest = bpf_htonl(mtu > IPV4_MTU_MIN + tunnel->header_size ? mtu - tunnel->header_size : mtu);
		/* What the client sends may be cut: it does not ask for the path's MTU. */
		if (inner->may_fragment)
			return NOT_TRANSPORT;
	}
	if (!may_answer(error->now)) {
		ending->action = XDP_DROP;
		return ICMP_REPLIED;
	}
	inner->length = end - inner->network_offset;
	count_out(number, inner);
	outcome = send_about_inner(ctx, inner, icmp, ending);
	/* IPVS sees its own error leave, and counts that as well. */
	if (outcome == ICMP_REPLIED)
		count_out(number, inner);
	return outcome;
}

static __always_inline enum outcome
route_tunnel_error(struct xdp_md *ctx, struct packet *error, struct ending *ending)
{
	struct facts quoted = {};
	struct quoted_tunnel tunnel;
	enum outcome outcome = read_error(ctx, error, &quoted);

	if (outcome != CONTINUE)
		return outcome;
	/* Errors go to who sent what they quote; that this is us the FIB cannot tell from an address that it knows no way to. */
	if (!read_quoted_tunnel(ctx, &quoted, &tunnel) || destination_ipv4(facts_of(error)) != source_ipv4(&quoted) ||
	    !is_for_own_address(ctx, facts_of(error)))
		return NOT_TRANSPORT;
	quoted.network_offset = tunnel.inner_offset;
	if (!read_quoted(ctx, &quoted, error->network_offset + error->length) || !has_ports(quoted.protocol))
		return NOT_TRANSPORT;
	return relay_about_inner(ctx, facts_of(error), &tunnel, &quoted, ending);
}

SEC("xdp.frags")
int relay_tunnel_error(struct xdp_md *ctx)
{
	struct packet error = {};
	struct ending ending = {};

	return conclude(ctx, route_tunnel_error(ctx, &error, &ending), &ending);
}
