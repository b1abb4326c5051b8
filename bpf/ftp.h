/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FTP through NAT, as IPVS's helper has it (net/netfilter/ipvs/ip_vs_ftp.c): packets of control connections come here instead of
 * simply being translated. Here it is heard where data connections will be (ftp_read.h), those are opened before they come
 * (ftp_data.h), and the real server's address in the reply to PASV becomes the virtual one (ftp_rewrite.h), whereby later sequence
 * numbers may shift (ftp_sequence.h). Then they go as any other.
 */
#pragma once

#include "ftp_data.h"
#include "ftp_read.h"
#include "ftp_rewrite.h"
#include "reply.h"
#include "request.h"
#include "uncommon.h"

/* CONTINUE, or no line was free. */
static __always_inline enum outcome
expect_data(struct xdp_md *ctx)
{
	struct ftp_work *work = ftp_work_here();

	if (!work || work->expects == FTP_EXPECT_NOTHING)
		return CONTINUE;
	if (work->expects == FTP_EXPECT_ACTIVE)
		return expect_active(ctx) ? CONTINUE : CONNECTION_TABLE_FULL;
	return expect_passive(work->request, work->port, work->now) ? CONTINUE : CONNECTION_TABLE_FULL;
}

static __always_inline enum outcome
help_ftp(struct xdp_md *ctx, struct packet *packet, __u32 index)
{
	enum outcome outcome = read_ftp(ctx, facts_of(packet), index);

	if (outcome == CONTINUE)
		outcome = expect_data(ctx);
	return outcome == CONTINUE ? write_ftp(ctx) : outcome;
}

static __always_inline enum outcome
follow_control(struct xdp_md *ctx, struct packet *packet, struct ending *ending)
{
	struct destination destination = {};
	struct connection *line;
	enum outcome outcome;
	__u32 index;

	if (parse_packet(ctx, packet, ALL_PACKETS) != CONTINUE)
		return MALFORMED;
	packet->now = bpf_jiffies64();
	line = find_connection(facts_of(packet), hash_packet(facts_of(packet)), &index);
	if (!line)
		return NO_CONNECTION;
	outcome = help_ftp(ctx, packet, index);
	if (outcome != CONTINUE)
		return outcome;
	if (parse_packet(ctx, packet, ALL_PACKETS) != CONTINUE)
		return MALFORMED;
	packet->now = bpf_jiffies64();
	if (line->flags & CONNECTION_REPLY)
		return reply(ctx, packet, line, ending);
	outcome = follow_connection(ctx, line, packet, &destination, ending);
	if (outcome != CONTINUE)
		return outcome;
	fill_options_of_request(ctx, facts_of(packet));
	return forward(ctx, packet, &destination, ending);
}

/* ERRAND_FTP */
SEC("xdp.frags")
int follow_ftp(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = { .helped = true };

	return conclude(ctx, follow_control(ctx, &packet, &ending), &ending);
}
