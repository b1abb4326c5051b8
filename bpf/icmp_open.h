/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule_icmp: an ICMP error about a connection that nobody here knows opens it, so that the error reaches a real server;
 * for directors that share their clients' packets but not their connections. What such an error quotes was sent by the real server,
 * so no flag of it says whether a connection begins there.
 */
#pragma once

#include "icmp_error.h"
#include "icmp_tunnel.h"
#include "open.h"

#define OPENED_BY_ERROR_S 3		/* as IPVS keeps a connection of which no packet was seen yet */

static __always_inline enum outcome
open_for_error(struct xdp_md *ctx, struct packet *error)
{
	struct facts quoted = {}, request = {};
	enum outcome outcome = read_error(ctx, error, &quoted);
	struct opening *opening;
	struct connection *line;

	if (outcome != CONTINUE)
		return outcome;
	turn_round(&quoted, &request);
	request.is_quoted = true;
	request.other_state = quoted.protocol == IPPROTO_SCTP ? STATE_SCTP_NONE : STATE_UDP;
	opening = opening_here(hash_packet(&request));
	if (!opening)
		return CONNECTION_TABLE_FULL;
	opening->line = NO_LINE;
	copy(opening->mac, error->link->h_dest, ETH_ALEN);
	outcome = open_connection(ctx, &request, opening);
	if (outcome == CONTINUE && opening->awaits_reply_line)
		outcome = open_reply_line(ctx, &request, opening);
	if (outcome == NOT_A_SERVICE && may_quote_tunnel(&quoted))
		bpf_tail_call(ctx, &errand_programs, ERRAND_TUNNEL_ERROR);
	if (outcome == NOT_A_SERVICE || outcome == NO_CONNECTION)
		return NOT_TRANSPORT;
	if (outcome != CONTINUE)
		return outcome;
	line = connection_at(opening->line);
	if (!line)
		return CONNECTION_TABLE_FULL;
	line->expires = request.now + OPENED_BY_ERROR_S * limits.hz;
	return CONTINUE;
}

/* Opens the connection that the error is about, then goes on as if it had been there. */
SEC("xdp.frags")
int schedule_icmp_error(struct xdp_md *ctx)
{
	struct packet error = {};
	struct ending ending = {};
	enum outcome outcome = open_for_error(ctx, &error);

	if (outcome == CONTINUE)
		bpf_tail_call(ctx, &errand_programs, ERRAND_ICMP);
	return conclude(ctx, outcome == CONTINUE ? NOT_TRANSPORT : outcome, &ending);
}
