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

/* A packet that no connection knows. */
static __always_inline enum outcome
begin_connection(struct xdp_md *ctx, struct packet *packet, struct opening *opening, struct destination *destination,
		 struct ending *ending)
{
	enum outcome outcome;

	/* The kernel drops it unseen; of a known connection the next hop does. */
	if (unlikely(!is_header_intact(packet)))
		return MALFORMED;
	ending->answers = true;
	outcome = open_connection(ctx, facts_of(packet), opening);
	destination->real_server = opening->real_server;
	destination->method = opening->method;
	return outcome;
}

static __always_inline enum outcome
direct(struct xdp_md *ctx, struct packet *packet, struct ending *ending)
{
	struct destination destination;
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
	if (likely(line) && line->flags & CONNECTION_REPLY)
		return reply(ctx, packet, line, ending);

	outcome = likely(line) ? follow_connection(line, packet, &destination)
			       : begin_connection(ctx, packet, &opening, &destination, ending);
	if (unlikely(outcome != CONTINUE))
		return outcome;
	outcome = forward(ctx, packet, &destination, ending);
	return unlikely(opening.stateless) && ending->action ? FORWARDED_STATELESS : outcome;
}

SEC("xdp.frags")
int xdpvs(struct xdp_md *ctx)
{
	struct packet packet = {};
	struct ending ending = {};

	return conclude(ctx, direct(ctx, &packet, &ending), &ending);
}

char LICENSE[] SEC("license") = "GPL";
