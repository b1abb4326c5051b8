/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a packet of a known connection begins it anew, and what becomes of one whose real server is gone (ip_vs_in in
 * net/netfilter/ipvs/ip_vs_core.c). Nothing here is asked for packets of connections that just go on.
 */
#pragma once

#include "parse.h"
#include "sctp.h"
#include "tcp_state.h"

#define REUSE_FIN_WAIT 2		/* the bit of conn_reuse_mode */

static __always_inline bool
is_sctp_init(const struct facts *packet)
{
	return packet->protocol == IPPROTO_SCTP && packet->sctp_event == SCTP_EVENT_INIT;
}

/*
 * What may be begun anew. Without replies the director never sees the real server's FIN, so FIN_WAIT may be over. A connection
 * of a template goes on where it was: it is its template that says where its client goes.
 */
static __always_inline bool
is_over(const struct connection *line)
{
	__s32 mode = settings.conn_reuse_mode;

	if (!mode || line->flags & CONNECTION_CONTROLLED)
		return false;
	if (line->state == STATE_TIME_WAIT || line->state == STATE_CLOSE || line->state == STATE_SCTP_CLOSED)
		return true;
	return mode & REUSE_FIN_WAIT && line->state == STATE_FIN_WAIT &&
	       (line->flags & CONNECTION_METHOD) != FORWARDING_MASQUERADE;
}

static __noinline bool
is_server_quiesced(__u32 number)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	return server && !server->weight;
}

/* A SYN or INIT for a connection that is over, or whose real server is to have no more of them, is scheduled anew. */
static __always_inline bool
is_reopened(const struct facts *packet, const struct connection *line, const enum scope scope)
{
	bool is_first = is_opening(packet) || (scope == ALL_PACKETS && is_sctp_init(packet));

	if (likely(!is_first) || line->flags & CONNECTION_REPLY)
		return false;
	if (unlikely(settings.expire_nodest_conn) && is_server_quiesced(line->real_server))
		return true;
	return is_over(line);
}

/* To what opens nothing the host says RST. */
static __always_inline bool
is_reset_by_host(const struct facts *packet)
{
	return packet->protocol == IPPROTO_TCP && !(packet->tcp_flags & (TCP_SYN | TCP_RST)) && !settings.sloppy_tcp;
}

/*
 * Under expire_nodest_conn. In IPVS the host's RST to the packet meets the connection on its way out (but not NAT's, where what
 * comes from the real server's address is a reply): it goes on in CLOSE for as long as that lasts.
 */
static __always_inline void
end_without_server(const struct facts *packet, struct connection *line, __u32 index)
{
	if ((line->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE || !is_reset_by_host(packet)) {
		close_connection(index, packet->now);
		return;
	}
	change_state(line, STATE_CLOSE);
	line->expires = packet->now + timeout_of(STATE_CLOSE);
}

/*
 * A client's packet for a real server that is removed. NO_CONNECTION: the connection is over, and the packet is one that no
 * connection knows. Else how its journey ends: as IPVS, in silence, unless a command had the connection end otherwise.
 */
__noinline int
outlive_server(struct facts *packet, __u32 index)
{
	struct connection *line = connection_at(index);

	if (!packet || !line)
		return REAL_SERVER_REMOVED;
	if (line->real_server != NO_REAL_SERVER_NUMBER) {
		if (!settings.expire_nodest_conn)
			return REAL_SERVER_REMOVED;
		end_without_server(packet, line, index);
		return NO_CONNECTION;
	}
	if (is_opening(packet) || is_sctp_init(packet)) {
		close_connection(index, packet->now);
		return NO_CONNECTION;
	}
	if (!(line->flags & CONNECTION_TOLD))
		return REAL_SERVER_REMOVED;
	/* What is still on its way hears it too. A datagram's sender knows at once: its next one is scheduled. */
	if (packet->protocol == IPPROTO_TCP)
		line->expires = packet->now + timeout_of(STATE_CLOSE);
	else
		close_connection(index, packet->now);
	return CONNECTION_RESET;
}
