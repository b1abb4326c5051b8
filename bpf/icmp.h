/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ICMP errors of other hosts. What an error is about tells the packet that it quotes: one from a virtual service to a client
 * (the error comes from the client's side and goes to the real server that sent it), one from a client to a real server (it
 * comes from there and goes to the client as from the virtual service), or a tunnel's outer packet (icmp_tunnel.h). What
 * is about no connection stays the host's. As in IPVS (ip_vs_in_icmp, ip_vs_out_icmp), an error keeps no connection alive, and
 * nobody is told when it cannot be delivered (RFC 1122, section 3.2.2).
 */
#pragma once

#include "forwarding/masquerade_error.h"
#include "icmp_error.h"
#include "icmp_open.h"
#include "icmp_tunnel.h"
#include "icmp_send.h"
#include "reply.h"

/* Not even the host is to send it on. */
static __always_inline enum outcome
drop_malformed(struct ending *ending)
{
	ending->action = XDP_DROP;
	return MALFORMED;
}

static __noinline bool
translate_for_real_server(struct xdp_md *ctx, const struct facts *error, const struct facts *quoted, __u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	struct translation to = {};

	if (!server)
		return false;
	to.side = SIDE_DESTINATION;
	copy(to.address, server->address, ADDRESS_SIZE);
	to.port = server->port ? server->port : quoted->source_port;
	return translate_error(ctx, error, quoted, &to);
}

/* icmp_send.h goes on. */
static __always_inline enum outcome
leave_to_sender(struct xdp_md *ctx, __u32 number, __u8 method)
{
	struct errand *errand = errand_here();

	if (!errand)
		return NO_ROUTE;
	errand->real_server = number;
	errand->method = method;
	bpf_tail_call(ctx, &errand_programs, ERRAND_SEND_ERROR);
	return NO_ROUTE;
}

/* line: of the requests of the connection. */
static __always_inline enum outcome
relay_to_real_server(struct xdp_md *ctx, const struct packet *error, const struct facts *quoted, const struct connection *line,
		     struct ending *ending)
{
	__u32 number = line->real_server;
	__u8 method = line->flags & CONNECTION_METHOD;
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);
	enum outcome reachable;
	bool is_local;

	if (!hop)
		return REAL_SERVER_REMOVED;
	if (method == FORWARDING_MASQUERADE && !is_icmp_intact(ctx, facts_of(error)))
		return drop_malformed(ending);
	count_in(number, facts_of(error));
	ending->real_server = number;
	reachable = refresh_next_hop(ctx, hop, number, error->now);
	is_local = reachable == CONTINUE && hop->flags & NEXT_HOP_LOCAL;
	if (error->ttl <= 1 && !is_local)
		return TTL_EXCEEDED;
	if (method == FORWARDING_MASQUERADE) {
		/* The kernel can be left to ask for the neighbour. */
		if (reachable != CONTINUE && reachable != NEIGHBOUR_UNRESOLVED)
			return reachable;
		if (!translate_for_real_server(ctx, facts_of(error), quoted, number))
			return drop_malformed(ending);
		if (reachable != CONTINUE)
			return LEFT_TO_HOST;
	}
	if (is_local)
		return DELIVERED_LOCALLY;
	return reachable == CONTINUE ? leave_to_sender(ctx, number, method) : reachable;
}

/* The virtual service's side of the connection, as the client knows it. */
static __always_inline void
name_virtual(const struct connection *request, struct translation *to)
{
	if (request->family == FAMILY_IPV4) {
		*(__u32 *)to->address = request->addresses[0] >> 32;
	} else {
		*(__u64 *)to->address = request->addresses[2];
		*(__u64 *)(to->address + 8) = request->addresses[3];
	}
	to->port = request->destination_port;
}

/* Errors go to the sender of what they quote, here the client. */
static __always_inline bool
is_for_quoted_sender(const struct facts *error, const struct facts *quoted)
{
	if (error->family == FAMILY_IPV4)
		return destination_ipv4(error) == source_ipv4(quoted);
	return error->addresses[2] == quoted->addresses[0] && error->addresses[3] == quoted->addresses[1];
}

/* A function of its own, so that the next hop is not on the stack while the error is translated. */
static __noinline enum outcome
send_to_client(struct xdp_md *ctx, struct packet *error, struct connection *line, const struct interface *interface,
	       struct ending *ending)
{
	struct next_hop hop = {};
	enum outcome outcome;

	describe_client_hop(line, interface, &hop);
	outcome = send_translated(ctx, error, &hop, false);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = transmit(ctx, &hop);
	return ICMP_REPLIED;
}

/* line: of the replies of a masqueraded connection. */
static __noinline enum outcome
relay_to_client(struct xdp_md *ctx, struct packet *error, const struct facts *quoted, struct connection *line,
		struct ending *ending)
{
	const struct connection *request = request_of(line, error->now);
	__u32 number = line->real_server, interface_number;
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	struct translation to = {};
	const struct interface *interface;

	if (!request || !is_for_quoted_sender(facts_of(error), quoted))
		return NOT_TRANSPORT;
	if (!is_icmp_intact(ctx, facts_of(error)))
		return drop_malformed(ending);
	refresh_client_hop(ctx, facts_of(error), line);
	interface_number = line->client_interface;
	interface = bpf_map_lookup_elem(&interfaces, &interface_number);
	if (!server || !interface || !interface_number)
		return NO_ROUTE;
	if (error->ttl <= 1)
		return TTL_EXCEEDED;
	if (error->length > interface->mtu)
		return TOO_BIG;
	if (!(server->flags & REAL_SERVER_DELETED))
		count_out(number, facts_of(error));
	to.side = SIDE_SOURCE;
	name_virtual(request, &to);
	if (!translate_error(ctx, facts_of(error), quoted, &to))
		return drop_malformed(ending);
	return send_to_client(ctx, error, line, interface, ending);
}

/* About a request by DR or TUN, which reached the real server as the client sent it: the host routes it on as it is. */
static __always_inline enum outcome
let_pass_to_client(const struct facts *error, const struct connection *line)
{
	__u32 number = line->real_server;

	if (error->ttl > 1 && bpf_map_lookup_elem(&real_servers, &number))
		count_out(number, error);
	return NOT_TRANSPORT;
}

/* The line of the packet quoted, or of its other direction. */
static __noinline struct connection *
find_quoted(const struct facts *quoted, bool is_turned)
{
	struct facts facts = {};
	__u32 index;

	if (is_turned)
		turn_round(quoted, &facts);
	else
		copy(&facts, quoted, sizeof(facts));
	return find_connection(&facts, hash_packet(&facts), &index);
}

static __always_inline enum outcome
route_error(struct xdp_md *ctx, struct packet *error, struct ending *ending)
{
	struct facts quoted = {};
	enum outcome outcome = read_error(ctx, error, &quoted);
	struct connection *line;

	if (outcome != CONTINUE)
		return outcome;
	line = find_quoted(&quoted, true);
	if (line && line->flags & CONNECTION_REPLY)
		return relay_to_client(ctx, error, &quoted, line, ending);
	if (line)
		return relay_to_real_server(ctx, error, &quoted, line, ending);
	line = find_quoted(&quoted, false);
	if (line && !(line->flags & CONNECTION_REPLY) && (line->flags & CONNECTION_METHOD) != FORWARDING_MASQUERADE)
		return let_pass_to_client(facts_of(error), line);
	if (settings.schedule_icmp && has_ports(quoted.protocol))
		bpf_tail_call(ctx, &errand_programs, ERRAND_SCHEDULE_ICMP);
	if (may_quote_tunnel(&quoted))
		bpf_tail_call(ctx, &errand_programs, ERRAND_TUNNEL_ERROR);
	return NOT_TRANSPORT;
}

SEC("xdp.frags")
int relay_icmp_error(struct xdp_md *ctx)
{
	struct packet error = {};
	struct ending ending = {};

	return conclude(ctx, route_error(ctx, &error, &ending), &ending);
}
