/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nat_icmp_send: a packet from a real server that is reached by NAT, from the very port that requests go to, but of no known
 * connection. Untranslated it would go to a client that knows nothing of it; instead the real server hears that the port
 * is unreachable, and lets go. Real servers are not kept by address, so all are looked at: never more often than answers may be given.
 */
#pragma once

#include "answer.h"

struct sender_search {
	__u64 address[ADDRESS_SIZE / 8];
	__be16 port;
	__u8 protocol;
	enum family family;
	bool is_found;
};

static long
compare_sender(__u32 number, void *context)
{
	struct sender_search *search = context;
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (!server)
		return 1;
	if ((server->flags & (REAL_SERVER_IN_USE | REAL_SERVER_DELETED)) != REAL_SERVER_IN_USE ||
	    server->method != FORWARDING_MASQUERADE || server->protocol != search->protocol ||
	    server->family != search->family || server->port != search->port)
		return 0;
	search->is_found = *(const __u64 *)server->address == search->address[0] &&
			   *(const __u64 *)(server->address + 8) == search->address[1];
	return search->is_found;
}

static __noinline bool
is_from_real_server(const struct facts *packet)
{
	struct sender_search search = {
		.port = packet->source_port, .protocol = packet->protocol, .family = packet->family,
	};

	read_source(packet, search.address);
	bpf_loop(settings.servers_in_use, compare_sender, &search, 0);
	return search.is_found;
}

/* A reset, or SCTP's: the real server has let go already. */
static __always_inline bool
is_ending(struct xdp_md *ctx, const struct facts *packet)
{
	if (packet->protocol == IPPROTO_SCTP)
		return read_sctp_event(ctx, packet->transport_offset, packet->network_offset + packet->length) == SCTP_EVENT_ABORT;
	return packet->tcp_flags & TCP_RST;
}

static __always_inline enum outcome
tell(struct xdp_md *ctx, struct packet *packet, struct ending *ending)
{
	__u64 source[ADDRESS_SIZE / 8] = {};
	struct fib_answer route;

	if (parse_packet(ctx, packet, ALL_PACKETS) != CONTINUE || is_ending(ctx, facts_of(packet)) || !may_answer(bpf_jiffies64()) ||
	    !is_from_real_server(facts_of(packet)))
		return NOT_A_SERVICE;
	/* From the address that the packet is for, where that is ours; else it has taken its hop already. */
	if (is_for_own_address(ctx, facts_of(packet))) {
		read_destination(facts_of(packet), source);
	} else {
		/* The host says that to the real server. */
		if (packet->ttl <= 1)
			return NOT_A_SERVICE;
		look_up_fib(ctx, (const __u8 *)packet->addresses, packet->family, &route);
		if (route.code != BPF_FIB_LKUP_RET_SUCCESS && route.code != BPF_FIB_LKUP_RET_NO_NEIGH)
			return NOT_A_SERVICE;
		copy(source, route.hop.source_address, ADDRESS_SIZE);
		take_hop_from_frame(ctx, facts_of(packet));
	}
	ending->action = answer(ctx, packet, icmp_for(NO_REAL_SERVER, packet->family, 0), (const __u8 *)source);
	return NO_CONNECTION;
}

SEC("xdp.frags")
int tell_real_server(struct xdp_md *ctx)
{
	struct packet packet = {};
	struct ending ending = {};

	return conclude(ctx, tell(ctx, &packet, &ending), &ending);
}
