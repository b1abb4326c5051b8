/* SPDX-License-Identifier: GPL-2.0-only */
/* A packet that no connection knows: may it open one, to which real server, and where is that remembered. */
#pragma once

#include "defence.h"
#include "opening.h"
#include "persistence.h"
#include "schedule.h"
#include "sctp.h"
#include "tcp_state.h"
#include "traffic.h"

/* IPVS opens a TCP connection on any SYN without RST, or with sloppy_tcp on whatever has no RST. */
static __always_inline bool
may_open(const struct facts *packet)
{
	if (packet->is_quoted)
		return true;
	if (packet->protocol == IPPROTO_SCTP)
		return may_open_sctp(packet, settings.sloppy_sctp);
	if (packet->protocol != IPPROTO_TCP)
		return true;
	return !(packet->tcp_flags & TCP_RST) && (packet->tcp_flags & TCP_SYN || settings.sloppy_tcp);
}

/* A connection from the FTP data port is never opened: it is expected elsewhere. */
static __always_inline bool
is_ftp_data(const struct facts *packet)
{
	return packet->source_port == bpf_htons(FTP_DATA_PORT);
}

/* The packet with which the real server will reply: what the second line of a masqueraded connection is found by. */
static __always_inline void
expect_reply(const struct facts *packet, const struct real_server *server, __be16 port, struct facts *reply)
{
	reply->protocol = packet->protocol;
	reply->family = packet->family;
	reply->source_port = server->port ? server->port : port ? port : packet->destination_port;
	reply->destination_port = packet->source_port;
	if (packet->family == FAMILY_IPV4) {
		reply->addresses[0] = *(const __u32 *)server->address | (__u64)source_ipv4(packet) << 32;
		reply->addresses[1] = 0;
		reply->addresses[2] = 0;
		reply->addresses[3] = 0;
	} else {
		reply->addresses[0] = *(const __u64 *)server->address;
		reply->addresses[1] = *(const __u64 *)(server->address + 8);
		reply->addresses[2] = packet->addresses[0];
		reply->addresses[3] = packet->addresses[1];
	}
}

/* Where the request came from, so that a reply can go back there. */
static __always_inline void
remember_client_hop(struct xdp_md *ctx, struct connection *line)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct station *station = bpf_map_lookup_elem(&stations, &ifindex);

	line->client_interface = station ? station->interface : 0;
	/* A group is nobody's sender, and nothing is to be sent there. */
	if (bpf_xdp_load_bytes(ctx, offsetof(struct ethhdr, h_source), line->mac, ETH_ALEN) || line->mac[0] & 1)
		line->client_interface = 0;
}

/* What is filled in becomes a connection. */
static __always_inline void
conclude_opening(struct connection *line, const struct real_server *server, const struct opening *opening)
{
	if (unlikely(opening->template != NO_LINE))
		put_under_control(line, opening->template);
	count_load(opening->real_server, line->flags, 1);
	note_load(opening->real_server, server);
	publish(line, opening->hash);
	if (likely(!is_expected(opening)))
		count_connection(opening->real_server);
}

/*
 * The second line of a masqueraded connection, whose first one, opening->line, waits for it. CONTINUE or CONNECTION_TABLE_FULL: a
 * reply could not be translated without its line. (Called after open_connection, and not by it: the stack is short.)
 */
__noinline int
open_reply_line(struct xdp_md *ctx, const struct facts *packet, struct opening *opening)
{
	const struct real_server *server;
	struct connection *request, *reply;
	struct facts expected = {};
	__u64 hash;
	int index;

	if (!packet || !opening)
		return CONNECTION_TABLE_FULL;
	server = server_of(opening);
	request = connection_at(opening->line);
	if (!server || !request)
		return CONNECTION_TABLE_FULL;
	expect_reply(packet, server, opening->port, &expected);
	hash = hash_packet(&expected);
	hide_reply_line(hash);
	index = claim_line(hash, packet->now);
	reply = index == NO_LINE ? NULL : connection_at(index);
	if (!reply) {
		if (opening->template != NO_LINE)
			let_go_of_template(opening->template, opening->is_template_new, packet->now);
		delete_line(request, packet->now);
		return CONNECTION_TABLE_FULL;
	}
	fill_key(reply, &expected);
	reply->state = request->state;
	reply->flags = FORWARDING_MASQUERADE | CONNECTION_REPLY;
	reply->real_server = opening->real_server;
	reply->peer = opening->line;
	reply->expires = packet->now;	/* the first reply looks after the request's line */
	remember_client_hop(ctx, reply);
	request->peer = index;
	publish(reply, hash);
	conclude_opening(request, server, opening);
	return CONTINUE;
}

/*
 * A new UDP line is in no state until a second packet of the client or a reply is seen: so that a flood of spoofed senders
 * fills half-open lines, which are given up first. That packet finds the state changed; further ones pay nothing. Of a
 * connection that an ICMP error opens no packet was seen either.
 */
static __always_inline enum connection_state
first_state(const struct facts *packet, enum tcp_direction direction)
{
	if (packet->protocol == IPPROTO_UDP || packet->is_quoted)
		return state_before(packet);
	return state_after(packet, direction, state_before(packet));
}

/* The first line, or the only one. CONTINUE or CONNECTION_TABLE_FULL. */
static __always_inline enum outcome
open_line(const struct facts *packet, const struct real_server *server, struct opening *opening)
{
	int index = claim_line(opening->hash, packet->now);
	struct connection *line = index == NO_LINE ? NULL : connection_at(index);
	enum connection_state state;

	if (!line)
		return CONNECTION_TABLE_FULL;
	state = first_state(packet, opening->method == FORWARDING_MASQUERADE ? TCP_INPUT : TCP_INPUT_ONLY);
	fill_key(line, packet);
	line->state = state;
	line->flags = opening->method | flags_of(state);
	line->real_server = opening->real_server;
	line->expires = packet->now + timeout_of(packet->protocol == IPPROTO_UDP ? STATE_UDP : state);
	line->peer = NO_LINE;
	copy(line->mac, opening->mac, ETH_ALEN);
	opening->line = index;
	opening->awaits_reply_line = opening->method == FORWARDING_MASQUERADE;
	if (!opening->awaits_reply_line)
		conclude_opening(line, server, opening);
	return CONTINUE;
}

/* One-packet scheduling (--ops): each datagram is scheduled by itself and forgotten; replies are not translated. */
static __always_inline bool
is_one_packet(const struct virtual_service *service, const struct facts *packet)
{
	return service->flags & SERVICE_ONE_PACKET && packet->protocol == IPPROTO_UDP;
}

static __always_inline void
take_choice(struct opening *opening, const struct choice *choice)
{
	opening->real_server = choice->real_server;
	opening->method = choice->method;
}

/* FTP's service is found for packets to many ports: what it has nothing for is the host's. */
static __always_inline enum outcome
outcome_of_nobody(const struct found *found)
{
	return found->match == MATCH_FTP_DATA ? NO_CONNECTION : NO_REAL_SERVER;
}

/* The template of a client comes first, where there is one; else the scheduler. CONTINUE: who it is, is in `opening`. */
static __always_inline enum outcome
choose_real_server(struct xdp_md *ctx, const struct virtual_service *service, struct facts *packet, struct opening *opening)
{
	struct choice choice = {};

	opening->is_persistent = unlikely(service->flags & SERVICE_PERSISTENT);
	if (opening->is_persistent && service->flags & SERVICE_ENGINE_SIP && !read_call(ctx, packet, opening->is_assembled))
		return NO_CALL_ID;
	if (opening->is_persistent && recall_template(service, packet, opening))
		return CONTINUE;
	if (unlikely(is_of_other_port(&opening->found)) && !opening->is_persistent)
		return outcome_of_nobody(&opening->found);
	if (!schedule(service, packet, &choice))
		return outcome_of_nobody(&opening->found);
	take_choice(opening, &choice);
	return CONTINUE;
}

/* CONTINUE or CONNECTION_TABLE_FULL. */
static __always_inline enum outcome
remember_choice(const struct virtual_service *service, struct facts *packet, const struct real_server *server,
		struct opening *opening)
{
	if (opening->is_persistent && opening->template == NO_LINE && !make_template(service, packet, opening))
		return CONNECTION_TABLE_FULL;
	if (!is_one_packet(service, packet))
		return open_line(packet, server, opening);
	if (opening->template != NO_LINE)
		let_go_of_template(opening->template, false, packet->now);
	note_passing(opening->real_server, server);
	count_connection(opening->real_server);
	return CONTINUE;
}

/* There is no room to remember anything in. False: the packet cannot go without. */
static __always_inline bool
go_without_memory(const struct virtual_service *service, struct facts *packet, struct opening *opening)
{
	struct choice choice = { .real_server = opening->real_server, .method = opening->method };
	__u64 hash = opening->is_persistent ? hash_of_client(service, packet, opening) : opening->hash;

	if (opening->template != NO_LINE)
		let_go_of_template(opening->template, opening->is_template_new, packet->now);
	/* A reply could not be translated without its line. */
	if (choice.method == FORWARDING_MASQUERADE)
		return false;
	opening->stateless = true;
	if (opening->template != NO_LINE && !opening->is_template_new)
		return true;
	if (!schedule_without_memory(service, hash, &choice) || choice.method == FORWARDING_MASQUERADE)
		return false;
	take_choice(opening, &choice);
	return true;
}

/* FTP's, which was expected and is not scheduled: ftp_data.h */
int open_expected(struct facts *packet, struct opening *opening);

/*
 * CONTINUE: opening->line is the new connection's, or there is none (one packet, or opening->stateless) and only the real
 * server and the method are known. Anything else is how the packet's journey ends.
 */
__noinline int
open_connection(struct xdp_md *ctx, struct facts *packet, struct opening *opening)
{
	const struct virtual_service *service;
	const struct real_server *server;
	enum outcome outcome;

	if (!packet || !opening)
		return MALFORMED;
	if (unlikely(settings.flags & SETTING_FTP)) {
		outcome = open_expected(packet, opening);
		if (outcome != NO_CONNECTION)
			return outcome;
	}
	service = find_virtual_service(ctx, packet, may_open(packet), &opening->found);
	if (!service)
		return NOT_A_SERVICE;
	if (!may_open(packet))
		return NO_CONNECTION;
	if (unlikely(is_impossible_source(packet)))
		return MALFORMED;
	if (unlikely(settings.drop_packet) && is_dropped_by_rate())
		return DROPPED_BY_RATE;
	if (is_ftp_data(packet))
		return NO_CONNECTION;
	outcome = choose_real_server(ctx, service, packet, opening);
	if (outcome != CONTINUE)
		return outcome;
	server = server_of(opening);
	/* The slot may just have been given to another service. (One template may serve two of a client's.) */
	if (!server || (server->service != service->number && opening->template == NO_LINE))
		return NO_REAL_SERVER;
	if (unlikely(server->flags & REAL_SERVER_PORT_VARIES))
		opening->port = port_of_connection(server, packet->destination_port,
						   opening->is_persistent ? CONNECTION_CONTROLLED : 0);
	outcome = remember_choice(service, packet, server, opening);
	if (outcome != CONTINUE && go_without_memory(service, packet, opening))
		return CONTINUE;
	return outcome;
}
