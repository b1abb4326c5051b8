/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a packet, one line a step. This file alone knows the order. */
#include "answer.h"
#include "ending.h"
#include "neighbour.h"
#include "open.h"
#include "parse.h"
#include "reply.h"
#include "request.h"
#include "sweep.h"

/* A SYN for a connection that is over begins a new one, to a server picked anew (conn_reuse_mode 1). */
static __always_inline bool
is_reopened(const struct facts *packet, const struct connection *line)
{
	return is_opening(packet) && !(line->flags & CONNECTION_REPLY) &&
	       (line->state == STATE_TIME_WAIT || line->state == STATE_CLOSE);
}

static __always_inline enum outcome
direct(struct xdp_md *ctx, struct packet *packet, struct ending *ending)
{
	enum outcome outcome = parse_packet(ctx, packet);
	if (outcome != CONTINUE)
		return outcome;

	struct opening opening = { .hash = hash_packet(facts_of(packet)) };
	packet->now = bpf_jiffies64();
	struct connection *line = find_connection(facts_of(packet), opening.hash, &opening.line);
	if (likely(line) && unlikely(is_reopened(facts_of(packet), line))) {
		close_connection(opening.line, packet->now);
		line = NULL;
	}
	if (likely(line)) {
		if (line->flags & CONNECTION_REPLY)
			return reply(ctx, packet, line, ending);
		return request(ctx, packet, line, ending);
	}

	/* The kernel drops it unseen; of a known connection the next hop does. */
	if (unlikely(!is_header_intact(packet)))
		return MALFORMED;
	ending->answers = true;
	outcome = open_connection(ctx, facts_of(packet), &opening);
	if (outcome != CONTINUE)
		return outcome;
	outcome = forward(ctx, packet, opening.real_server, opening.method, ending);
	if (unlikely(opening.stateless) && ending->action)
		return FORWARDED_STATELESS;
	return outcome;
}

SEC("xdp.frags")
int xdpvs(struct xdp_md *ctx)
{
	struct packet packet = {};
	struct ending ending = {};

	return conclude(ctx, direct(ctx, &packet, &ending), &ending);
}

char LICENSE[] SEC("license") = "GPL";
