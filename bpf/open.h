/* SPDX-License-Identifier: GPL-2.0-only */
/* A packet that no connection knows: may it open one, to which real server, and where is that remembered. */
#pragma once

#include "defence.h"
#include "schedule.h"
#include "sctp.h"
#include "service.h"
#include "tcp_state.h"
#include "traffic.h"

#define FTP_DATA_PORT 20

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

/* What a new connection is made of. */
struct opening {
	__u64 hash;
	__u32 real_server;
	__u8 mac[ETH_ALEN];		/* that the packet was for */
	__u8 method;			/* out, as the rest */
	bool stateless;			/* no line was free, but the packet can go without one */
	__u32 line;			/* index */
};

static __always_inline void
fill_key(struct connection *line, const struct facts *packet)
{
	line->addresses[0] = packet->addresses[0];
	line->addresses[1] = packet->addresses[1];
	line->addresses[2] = packet->addresses[2];
	line->addresses[3] = packet->addresses[3];
	*(__u32 *)&line->source_port = packet->ports;
	line->protocol = packet->protocol;
	line->family = packet->family;
}

/* The packet with which the real server will reply: what the second line of a masqueraded connection is found by. */
static __always_inline void
expect_reply(const struct facts *packet, const struct real_server *server, struct facts *reply)
{
	reply->protocol = packet->protocol;
	reply->family = packet->family;
	reply->source_port = server->port ? server->port : packet->destination_port;
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

/* The second line of a masqueraded connection. False: no line was free for it. */
static __noinline bool
open_reply_line(struct xdp_md *ctx, const struct facts *packet, const struct real_server *server,
		struct connection *request, struct opening *opening)
{
	struct facts expected = {};
	struct connection *reply;
	__u64 hash;
	int index;

	if (!server || !request || !opening)
		return false;
	expect_reply(packet, server, &expected);
	hash = hash_packet(&expected);
	forget_reply_line(hash, packet->now);
	index = claim_line(hash, packet->now);
	reply = index == NO_LINE ? NULL : connection_at(index);
	if (!reply)
		return false;
	fill_key(reply, &expected);
	reply->state = request->state;
	reply->flags = FORWARDING_MASQUERADE | CONNECTION_REPLY;
	reply->real_server = opening->real_server;
	reply->peer = opening->line;
	reply->expires = packet->now;	/* the first reply looks after the request's line */
	remember_client_hop(ctx, reply);
	request->peer = index;
	publish(reply, hash);
	return true;
}

/*
 * A new UDP line is in no state until a second packet of the client or a reply is seen: so that a flood of spoofed senders
 * fills half-open lines, which are given up first. That packet finds the state changed; further ones pay nothing.
 */
static __always_inline enum connection_state
first_state(const struct facts *packet, enum tcp_direction direction)
{
	return packet->protocol == IPPROTO_UDP ? STATE_NONE : state_after(packet, direction, state_before(packet));
}

/* Fills and publishes the line or lines. CONTINUE or CONNECTION_TABLE_FULL. */
static __always_inline enum outcome
open_lines(struct xdp_md *ctx, const struct facts *packet, const struct real_server *server, struct opening *opening)
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
	if (opening->method == FORWARDING_MASQUERADE && !open_reply_line(ctx, packet, server, line, opening)) {
		delete_line(line, packet->now);
		return CONNECTION_TABLE_FULL;
	}
	count_load(opening->real_server, line->flags, 1);
	note_beginning(opening->real_server, server);
	publish(line, opening->hash);
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

/*
 * CONTINUE: opening->line is the new connection's, or there is none (one packet, or opening->stateless) and only the real
 * server and the method are known. Anything else is how the packet's journey ends.
 */
__noinline int
open_connection(struct xdp_md *ctx, struct facts *packet, struct opening *opening)
{
	const struct virtual_service *service;
	const struct real_server *server;
	struct choice choice = {};
	enum outcome outcome;

	if (!packet || !opening)
		return MALFORMED;
	service = find_service(packet);
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
	if (!schedule(service, packet, &choice))
		return NO_REAL_SERVER;
	server = bpf_map_lookup_elem(&real_servers, &choice.real_server);
	/* The slot may just have been given to another service. */
	if (!server || server->service != service->number)
		return NO_REAL_SERVER;
	take_choice(opening, &choice);

	outcome = is_one_packet(service, packet) ? CONTINUE : open_lines(ctx, packet, server, opening);
	if (outcome != CONTINUE) {
		/* A reply could not be translated without its line. */
		if (choice.method == FORWARDING_MASQUERADE)
			return outcome;
		if (!schedule_without_memory(service, opening->hash, &choice) || choice.method == FORWARDING_MASQUERADE)
			return outcome;
		take_choice(opening, &choice);
		opening->stateless = true;
		return CONTINUE;
	}
	count_connection(choice.real_server);
	return CONTINUE;
}
