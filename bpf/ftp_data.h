/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FTP's data connections, which the control connection speaks of before they are opened, and which go to its real server
 * without being scheduled. As in IPVS they are lines in STATE_LISTEN until then, listed as any other.
 */
#pragma once

#include "ftp_work.h"
#include "open.h"

/* The lowest port that a data connection is opened to: nobody is to be talked into naming a real server's other services. */
#define FTP_LISTEN_PORT_MIN FIRST_UNPRIVILEGED_PORT

/* A connection that is expected anew is the newest that is meant. */
static __always_inline void
forget_expected(const struct facts *key, __u64 hash)
{
	__u32 index;

	if (find_connection(key, hash, &index))
		close_connection(index, key->now);
}

static __always_inline void
await_opening(struct connection *line, __u32 now)
{
	line->state = STATE_LISTEN;
	line->flags = FORWARDING_MASQUERADE | flags_of(STATE_LISTEN) | CONNECTION_HALF_OPEN;
	line->expires = now + timeout_of(STATE_LISTEN);
}

/* As facts of a packet of the control connection's client to the virtual service. */
static __always_inline void
describe_sides(const struct connection *control, __u32 now, struct facts *key)
{
	key->protocol = IPPROTO_TCP;
	key->family = control->family;
	key->now = now;
	copy(key->addresses, control->addresses, sizeof(key->addresses));
}

/* The client will connect to `port` (host order), from it does not say which: as in IPVS, from port 0. False: no line is free. */
__noinline int
expect_passive(__u32 control_index, __u32 port, __u32 now)
{
	const struct connection *control = connection_at(control_index);
	const struct real_server *server;
	struct connection *line;
	struct facts key = {};
	__u32 number;
	__u64 hash;
	int index;

	if (!control)
		return false;
	describe_sides(control, now, &key);
	key.destination_port = bpf_htons(port);
	hash = hash_packet(&key);
	forget_expected(&key, hash);
	index = claim_line(hash, now);
	line = index == NO_LINE ? NULL : connection_at(index);
	if (!line)
		return false;
	fill_key(line, &key);
	await_opening(line, now);
	line->real_server = number = control->real_server;
	line->peer = control_index;
	copy(line->mac, control->mac, ETH_ALEN);
	count_load(number, line->flags, 1);
	server = bpf_map_lookup_elem(&real_servers, &number);
	if (server)
		note_load(number, server);
	publish(line, hash);
	return true;
}

/* Of a packet by which the client would answer. */
static __always_inline void
describe_active(const struct connection *control, struct ftp_work *work)
{
	struct facts *key = &work->key;

	clear(key, sizeof(*key));
	describe_sides(control, work->now, key);
	if (key->family == FAMILY_IPV4) {
		key->addresses[0] = work->place.address[0] | key->addresses[0] >> 32 << 32;
	} else {
		key->addresses[0] = work->place.address[0];
		key->addresses[1] = work->place.address[1];
	}
	key->source_port = work->place.port;
	key->destination_port = bpf_htons(FTP_DATA_PORT);
}

/*
 * The real server will connect to the client's `place`, from the port before that of its control connection; the client is to see
 * the port before the virtual service's. Both lines are there at once, since the reply is the first packet.
 */
__noinline int
expect_active(struct xdp_md *ctx)
{
	struct ftp_work *work = ftp_work_here();
	const struct connection *control, *control_reply;
	const struct real_server *server;
	struct opening *opening;
	struct connection *line;

	if (!work)
		return false;
	control = connection_at(work->request);
	control_reply = control ? connection_at(control->peer) : NULL;
	if (!control || !control_reply)
		return false;
	describe_active(control, work);
	opening = opening_here(hash_packet(&work->key));
	if (!opening)
		return false;
	forget_expected(&work->key, opening->hash);
	opening->real_server = control->real_server;
	opening->method = FORWARDING_MASQUERADE;
	opening->template = work->request | CONTROL_FTP;
	opening->port = bpf_htons(bpf_ntohs(control_reply->source_port) - 1);
	copy(opening->mac, control->mac, ETH_ALEN);
	server = server_of(opening);
	if (!server || open_line(&work->key, server, opening) != CONTINUE)
		return false;
	line = connection_at(opening->line);
	if (line)
		await_opening(line, work->now);
	return open_reply_line(ctx, &work->key, opening) == CONTINUE;
}

/* Only a client's whose port is not known yet. */
static __always_inline struct connection *
find_expected(const struct facts *packet, __u32 *index)
{
	struct facts key = *packet;
	struct connection *line;

	key.source_port = 0;
	line = find_connection(&key, hash_packet(&key), index);
	return line && line->state == STATE_LISTEN && !(line->flags & CONNECTION_REPLY) ? line : NULL;
}

/*
 * A packet that no connection knows may open an expected one. CONTINUE: as of open_connection. NO_CONNECTION: it is none of
 * those.
 */
__noinline int
open_expected(struct facts *packet, struct opening *opening)
{
	const struct real_server *server;
	struct connection *expected;
	enum outcome outcome;
	__u32 index;

	if (!packet || !opening || packet->protocol != IPPROTO_TCP || packet->is_quoted || !may_open(packet))
		return NO_CONNECTION;
	expected = find_expected(packet, &index);
	if (!expected)
		return NO_CONNECTION;
	opening->real_server = expected->real_server;
	opening->method = FORWARDING_MASQUERADE;
	opening->template = expected->peer | CONTROL_FTP;
	server = server_of(opening);
	if (!server || server->flags & REAL_SERVER_DELETED)
		return REAL_SERVER_REMOVED;
	if (!server->port)
		opening->port = packet->destination_port;
	outcome = open_line(packet, server, opening);
	if (outcome == CONTINUE)
		close_connection(index, packet->now);
	return outcome;
}
