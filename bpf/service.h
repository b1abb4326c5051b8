/* SPDX-License-Identifier: GPL-2.0-only */
/* Which virtual service a packet is for: by its mark, its address and port, or its address alone (ip_vs_service_find). */
#pragma once

#include "mark.h"

#define FIRST_UNPRIVILEGED_PORT 1024

enum match {
	MATCH_PORT,			/* the service has the packet's address and port */
	MATCH_ANY_PORT,			/* its address, and port 0 */
	MATCH_FTP_DATA,			/* its address, and FTP's port, whose data connections go to others */
	MATCH_MARK,
};

/* How a service was found. */
struct found {
	__u32 mark;
	__u8 match;			/* enum match */
	__u8 pad[3];
};

static __always_inline const struct virtual_service *
find_service_on(const struct facts *packet, __be16 port)
{
	struct service_key key = {
		.port = port,
		.protocol = packet->protocol,
		.family = packet->family,
	};

	if (packet->family == FAMILY_IPV4) {
		*(__u32 *)key.address = destination_ipv4(packet);
	} else {
		*(__u64 *)key.address = packet->addresses[2];
		*(__u64 *)(key.address + 8) = packet->addresses[3];
	}
	return bpf_map_lookup_elem(&services, &key);
}

static __always_inline const struct virtual_service *
find_service(const struct facts *packet)
{
	return find_service_on(packet, packet->destination_port);
}

static __always_inline const struct virtual_service *
find_service_of_mark(const struct facts *packet, __u32 mark)
{
	struct service_key key = { .family = packet->family, .mark = mark };

	return mark ? bpf_map_lookup_elem(&services, &key) : NULL;
}

static __always_inline bool
may_be_ftp_data(const struct facts *packet)
{
	__u16 port = bpf_ntohs(packet->destination_port);

	return packet->protocol == IPPROTO_TCP && (port == FTP_DATA_PORT || port >= FIRST_UNPRIVILEGED_PORT);
}

static __always_inline const struct virtual_service *
find_service_of_other_port(const struct facts *packet, struct found *found)
{
	const struct virtual_service *service = NULL;

	if (may_be_ftp_data(packet))
		service = find_service_on(packet, bpf_htons(FTP_PORT));
	found->match = service ? MATCH_FTP_DATA : MATCH_ANY_PORT;
	return service ? service : find_service_on(packet, 0);
}

static __always_inline bool
is_of_other_port(const struct found *found)
{
	return found->match == MATCH_FTP_DATA || found->match == MATCH_ANY_PORT;
}

/* may_open: whether the packet could begin a connection. One that could not is not looked at for a mark. */
static __always_inline const struct virtual_service *
find_virtual_service(struct xdp_md *ctx, struct facts *packet, bool may_open, struct found *found)
{
	const struct virtual_service *service;

	found->match = MATCH_PORT;
	found->mark = 0;
	if (unlikely(settings.flags & SETTING_MARKS) && may_open) {
		found->mark = mark_of(ctx, packet);
		service = find_service_of_mark(packet, found->mark);
		found->match = MATCH_MARK;
		if (service)
			return service;
		found->match = MATCH_PORT;
	}
	service = find_service(packet);
	if (likely(service) || !(settings.flags & SETTING_PORT_ZERO))
		return service;
	return find_service_of_other_port(packet, found);
}

/*
 * At its real server, of a connection with these flags for the port `asked`. Where the real server's port varies, a persistent
 * service changes only that of packets to the port that it has itself.
 */
static __always_inline __be16
port_of_connection(const struct real_server *server, __be16 asked, __u8 flags)
{
	bool is_to_service = server->protocol && asked == bpf_htons(FTP_PORT);

	if (server->port)
		return server->port;
	return server->flags & REAL_SERVER_PORT_VARIES && !(flags & CONNECTION_CONTROLLED && !is_to_service) ? server->virtual_port
														: asked;
}

/* Of a known one. FTP's data connection from the virtual port 20 is from the port before its control connection's. */
static __always_inline __be16
port_of_line(const struct real_server *server, const struct connection *line)
{
	const struct connection *reply;

	if (unlikely(line->destination_port == bpf_htons(FTP_DATA_PORT) &&
		     (line->flags & (CONNECTION_METHOD | CONNECTION_CONTROLLED)) == CONNECTION_CONTROLLED)) {
		reply = connection_at(line->peer);
		if (reply && reply->flags & CONNECTION_REPLY)
			return reply->source_port;
	}
	return port_of_connection(server, line->destination_port, line->flags);
}
