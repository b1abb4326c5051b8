/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a packet, one line a step. This file alone knows the order. */
#include "answer.h"
#include "assembled.h"
#include "calling.h"
#include "concern.h"
#include "cut_pieces.h"
#include "detour.h"
#include "end_connections.h"
#include "ending.h"
#include "fragment.h"
#include "ftp.h"
#include "icmp.h"
#include "local_reply.h"
#include "neighbour.h"
#include "open.h"
#include "parse.h"
#include "reopen.h"
#include "reply.h"
#include "request.h"
#include "reset.h"
#include "sender.h"
#include "sweep.h"
#include "uncommon.h"
#include "unexpected.h"

/* A packet that no connection knows. */
static __always_inline enum outcome
begin_connection(struct xdp_md *ctx, struct packet *packet, __u64 hash, struct destination *destination, struct ending *ending)
{
	struct opening *opening;
	enum outcome outcome;

	if (unlikely(!is_for_this_host(ctx, packet->link)))
		return NOT_FOR_THIS_HOST;
	/* The kernel drops it unseen; of a known connection the next hop does. */
	if (unlikely(!is_header_intact(packet)))
		return MALFORMED;
	opening = opening_here(hash);
	if (!opening)
		return CONNECTION_TABLE_FULL;
	ending->answers = true;
	copy(opening->mac, packet->link->h_dest, ETH_ALEN);
	opening->is_assembled = ending->assembled;
	outcome = open_connection(ctx, facts_of(packet), opening);
	if (outcome == CONTINUE && opening->awaits_reply_line)
		outcome = open_reply_line(ctx, facts_of(packet), opening);
	if (outcome == NOT_A_SERVICE)
		leave_to_calling(ctx, facts_of(packet), ending);
	if (outcome == NOT_A_SERVICE && settings.nat_icmp_send)
		bpf_tail_call(ctx, &errand_programs, ERRAND_TELL_REAL_SERVER);
	if (unlikely(outcome == NO_CONNECTION && is_sctp_without_chunk(facts_of(packet))))
		ending->action = XDP_DROP;
	if (outcome != CONTINUE)
		return outcome;
	ending->stateless = opening->stateless;
	destination->number = opening->real_server;
	destination->method = opening->method;
	destination->port = opening->port;
	destination->server = bpf_map_lookup_elem(&real_servers, &destination->number);
	return destination->server ? CONTINUE : REAL_SERVER_REMOVED;
}

/* Fragments have a program of their own; it returns only if that cannot be run. */
static __always_inline enum outcome
leave_unparsed(struct xdp_md *ctx, enum outcome outcome)
{
	if (outcome == FRAGMENT)
		bpf_tail_call(ctx, &errand_programs, ERRAND_FRAGMENT);
	return outcome;
}

static __always_inline enum outcome
direct(struct xdp_md *ctx, struct packet *packet, struct ending *ending, const enum scope scope)
{
	struct destination destination = {};
	struct connection *line;
	bool is_replaced;
	__u32 index;
	__u64 hash;

	enum outcome outcome = parse_head(ctx, packet, scope, ending->assembled ? ELSEWHERE : 0);
	if (outcome != CONTINUE)
		return leave_unparsed(ctx, outcome);

	if (!is_of_concern(facts_of(packet)))
		return NOT_A_SERVICE;

	if (scope == ALL_PACKETS) {
		outcome = examine(ctx, facts_of(packet));
		if (outcome != CONTINUE)
			return outcome;
	}
	packet->now = bpf_jiffies64();
	hash = hash_packet(facts_of(packet));
	line = find_connection(facts_of(packet), hash, &index);
	is_replaced = likely(line) && unlikely(is_reopened(facts_of(packet), line, scope));
	if (unlikely(is_replaced))
		line = NULL;
	if (scope == ALL_PACKETS && line)
		foresee_state(facts_of(packet), line);
	if (likely(line) && line->flags & CONNECTION_REPLY) {
		if (scope == ALL_PACKETS)
			fill_options_of_reply(ctx, facts_of(packet), line);
		return reply(ctx, packet, line, ending);
	}

	outcome = likely(line) ? follow_connection(ctx, line, packet, &destination, ending) : NO_CONNECTION;
	if (unlikely(outcome == REAL_SERVER_REMOVED))
		outcome = outlive_server(facts_of(packet), index);
	if (unlikely(outcome == NO_CONNECTION))
		outcome = begin_connection(ctx, packet, hash, &destination, ending);
	/* Until the new one is scheduled the old one counts, as in IPVS. */
	if (unlikely(is_replaced))
		close_connection(index, packet->now);
	if (unlikely(outcome != CONTINUE))
		return outcome;
	if (scope == ALL_PACKETS)
		fill_options_of_request(ctx, facts_of(packet));
	outcome = forward(ctx, packet, &destination, ending);
	return unlikely(ending->stateless) && ending->action ? FORWARDED_STATELESS : outcome;
}

SEC("xdp.frags")
int xdpvs(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = {};
	enum outcome outcome = direct(ctx, &packet, &ending, PLAIN_PACKETS);

	if (unlikely(outcome == NOT_TRANSPORT)) {
		if (is_uncommon(facts_of(&packet)))
			bpf_tail_call(ctx, &errand_programs, ERRAND_UNCOMMON);
		hand_on_icmp_error(ctx, facts_of(&packet));
	}
	return conclude(ctx, outcome, &ending);
}

/* The same for packets that are not plain. */
SEC("xdp.frags")
int xdpvs_uncommon(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = {};

	return conclude(ctx, direct(ctx, &packet, &ending, ALL_PACKETS), &ending);
}

/* The headers of a packet that came in fragments. */
SEC("xdp.frags")
int direct_assembled(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = { .assembled = true };

	return conclude_assembled(ctx, direct(ctx, &packet, &ending, ALL_PACKETS), &ending);
}

char LICENSE[] SEC("license") = "GPL";
