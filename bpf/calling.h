/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that real servers begin (ip_vs_new_conn_out): what a masqueraded real server of a service with --pe sip sends from the port
 * that requests go to is the virtual service's, and opens a connection that the answers come back by. Of a persistent service only
 * what names a call does, whose template leads to this real server from then on. In programs of its own: nobody else pays for this.
 */
#pragma once

#include "assembled.h"
#include "caller.h"
#include "open.h"
#include "reply.h"
#include "uncommon.h"

static __always_inline bool
is_calling_server(const struct real_server *server, const struct facts *packet)
{
	const __u64 *address = (const __u64 *)server->address;

	if ((server->flags & (REAL_SERVER_IN_USE | REAL_SERVER_DELETED)) != REAL_SERVER_IN_USE ||
	    server->method != FORWARDING_MASQUERADE || server->protocol != IPPROTO_UDP ||
	    server->family != packet->family || server->port != packet->source_port)
		return false;
	if (packet->family == FAMILY_IPV4)
		return (__u32)address[0] == source_ipv4(packet);
	return address[0] == packet->addresses[0] && address[1] == packet->addresses[1];
}

/* Whether the packet is of a real server that may call. Its number is in `opening` then. */
static __always_inline bool
find_caller(const struct facts *packet, struct opening *opening)
{
	const __u32 *number = find_calling_server(packet);
	const struct real_server *server;

	if (!number)
		return false;
	opening->real_server = opening->caller = *number;
	opening->is_called = true;
	opening->method = FORWARDING_MASQUERADE;
	server = server_of(opening);
	return server && is_calling_server(server, packet);
}

static __always_inline const struct virtual_service *
service_of_server(const struct real_server *server)
{
	const struct service_record *record;
	__u32 number = server->service;
	struct service_key key;

	record = bpf_map_lookup_elem(&service_records, &number);
	if (!record)
		return NULL;
	copy(&key, &record->key, sizeof(key));
	return bpf_map_lookup_elem(&services, &key);
}

/* The packet by which the one who is called would open the connection. */
static __always_inline void
describe_call(const struct facts *packet, const struct real_server *server, struct facts *request)
{
	clear(request, sizeof(*request));
	request->protocol = packet->protocol;
	request->family = packet->family;
	request->now = packet->now;
	request->other_state = STATE_UDP;
	request->source_port = packet->destination_port;
	request->destination_port = server->virtual_port;
	if (packet->family == FAMILY_IPV4) {
		request->addresses[0] = packet->addresses[0] >> 32 | (__u64)*(const __u32 *)server->virtual_address << 32;
		return;
	}
	request->addresses[0] = packet->addresses[2];
	request->addresses[1] = packet->addresses[3];
	copy(&request->addresses[2], server->virtual_address, ADDRESS_SIZE);
}

/*
 * The one who is called may have a connection from that port already, to another real server. As in IPVS the newest is found for
 * its packets, and the other goes on for what that real server sends.
 */
static __always_inline void
hide_earlier(const struct facts *request, __u64 hash)
{
	__u32 index;
	struct connection *line = find_connection(request, hash, &index);

	if (line)
		hide_line(line, tag_of(hash));
}

/* CONTINUE: what is to be remembered of the call is. NOT_A_SERVICE: the packet names none. */
static __always_inline enum outcome
bind_call(struct xdp_md *ctx, const struct facts *packet, const struct virtual_service *service, const struct facts *request,
	  struct opening *opening)
{
	opening->is_persistent = service->flags & SERVICE_PERSISTENT;
	if (!opening->is_persistent)
		return CONTINUE;
	if (!read_call(ctx, packet, opening->is_assembled))
		return NOT_A_SERVICE;
	if (recall_template(service, request, opening))
		return CONTINUE;
	opening->real_server = opening->caller;
	return make_template(service, request, opening) ? CONTINUE : CONNECTION_TABLE_FULL;
}

/* --ops: nothing but the call is remembered. */
static __always_inline void
remember_call_alone(const struct facts *request, const struct real_server *server, struct opening *opening)
{
	struct connection *template = opening->template == NO_LINE ? NULL : connection_at(opening->template);

	if (template) {
		note_assured(template);
		let_go_of_template(opening->template, false, request->now);
	}
	note_passing(opening->real_server, server);
	count_connection(opening->real_server);
}

/* Of the caller in `opening`. CONTINUE: opening->line is its line, or with opening->stateless there is none. */
__noinline int
open_call(struct xdp_md *ctx, const struct facts *packet, struct opening *opening)
{
	struct call_work *work = call_work_here();
	const struct virtual_service *service;
	const struct real_server *server;
	enum outcome outcome;

	if (!packet || !opening || !work)
		return NOT_A_SERVICE;
	server = server_of(opening);
	service = server ? service_of_server(server) : NULL;
	if (!service || !(service->flags & SERVICE_ENGINE_SIP))
		return NOT_A_SERVICE;
	describe_call(packet, server, &work->request);
	opening->hash = hash_packet(&work->request);
	outcome = bind_call(ctx, packet, service, &work->request, opening);
	if (outcome != CONTINUE)
		return outcome;
	if (is_one_packet(service, &work->request)) {
		remember_call_alone(&work->request, server, opening);
		opening->stateless = true;
		return CONTINUE;
	}
	hide_earlier(&work->request, opening->hash);
	outcome = open_line(&work->request, server, opening);
	if (outcome != CONTINUE && opening->template != NO_LINE)
		let_go_of_template(opening->template, opening->is_template_new, packet->now);
	return outcome;
}

/*
 * Before anything is opened: only what can be sent on is a call, and the host says why another is not. Where the packet will leave
 * is where requests will come in.
 */
__noinline int
find_way(struct xdp_md *ctx, const struct facts *packet, struct opening *opening)
{
	const struct interface *interface;
	struct fib_answer answer;
	__u64 address[2];

	if (!packet || !opening)
		return NOT_A_SERVICE;
	read_destination(packet, address);
	look_up_fib(ctx, (const __u8 *)address, packet->family, &answer);
	if (answer.code == BPF_FIB_LKUP_RET_NO_NEIGH)
		return NEIGHBOUR_UNRESOLVED;
	interface = bpf_map_lookup_elem(&interfaces, &answer.interface);
	if (answer.code != BPF_FIB_LKUP_RET_SUCCESS || !answer.interface || !interface)
		return NOT_A_SERVICE;
	copy(opening->mac, interface->mac, ETH_ALEN);
	return CONTINUE;
}

static __always_inline enum outcome
begin_call(struct xdp_md *ctx, const struct packet *packet, struct opening *opening)
{
	const struct call_work *work = call_work_here();
	enum outcome outcome;

	if (!work)
		return CONNECTION_TABLE_FULL;
	if (packet->ttl <= 1 || !find_caller(facts_of(packet), opening))
		return NOT_A_SERVICE;
	outcome = find_way(ctx, facts_of(packet), opening);
	if (outcome == CONTINUE)
		outcome = open_call(ctx, facts_of(packet), opening);
	if (outcome != CONTINUE || opening->stateless)
		return outcome;
	return open_reply_line(ctx, &work->request, opening);
}

/* What the line of its reply would say, for a packet that has none (--ops). */
static __always_inline void
make_line_for_one(struct xdp_md *ctx, const struct facts *packet, const struct opening *opening)
{
	struct call_work *work = call_work_here();
	struct connection *line;

	if (!work)
		return;
	line = &work->line;
	clear(line, sizeof(*line));
	line->flags = FORWARDING_MASQUERADE | CONNECTION_REPLY;
	line->state = STATE_UDP;
	line->real_server = opening->real_server;
	line->peer = NO_LINE;
	line->expires = packet->now + limits.hz;	/* there is nothing to look after */
	refresh_client_hop(ctx, packet, line);
}

/* The packet is a reply now, and goes as any. Returns only if it cannot. */
static __always_inline void
send_call(struct xdp_md *ctx, const struct facts *packet, const struct opening *opening)
{
	if (!opening->stateless)
		bpf_tail_call(ctx, &errand_programs, opening->is_assembled ? ERRAND_DIRECT : ERRAND_UNCOMMON);
	make_line_for_one(ctx, packet, opening);
	bpf_tail_call(ctx, &errand_programs, opening->is_assembled ? ERRAND_PASS_CALL_ASSEMBLED : ERRAND_PASS_CALL);
}

/* ERRAND_CALL */
SEC("xdp.frags")
int call_client(struct xdp_md *ctx)
{
	struct opening *opening = opening_here(0);
	const struct errand *errand = errand_here();
	struct packet packet;
	struct ending ending = { .real_server = NO_REAL_SERVER_NUMBER };
	enum outcome outcome;

	if (!opening || !errand)
		return XDP_DROP;
	opening->is_assembled = errand->is_assembled;
	outcome = parse_head(ctx, &packet, ALL_PACKETS, opening->is_assembled ? ELSEWHERE : 0);
	if (outcome == CONTINUE) {
		packet.now = bpf_jiffies64();
		outcome = begin_call(ctx, &packet, opening);
	}
	if (outcome == CONTINUE)
		send_call(ctx, facts_of(&packet), opening);
	if (outcome == NOT_A_SERVICE && settings.nat_icmp_send)
		bpf_tail_call(ctx, &errand_programs, ERRAND_TELL_REAL_SERVER);
	ending.assembled = opening->is_assembled;
	return ending.assembled ? conclude_assembled(ctx, outcome, &ending) : conclude(ctx, outcome, &ending);
}

static __always_inline enum outcome
pass_reply(struct xdp_md *ctx, struct packet *packet, struct ending *ending)
{
	struct call_work *work = call_work_here();

	if (!work || parse_head(ctx, packet, ALL_PACKETS, ending->assembled ? ELSEWHERE : 0) != CONTINUE)
		return MALFORMED;
	packet->now = bpf_jiffies64();
	fill_options_of_reply(ctx, facts_of(packet), &work->line);
	return reply(ctx, packet, &work->line, ending);
}

/* ERRAND_PASS_CALL */
SEC("xdp.frags")
int pass_call(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = {};

	return conclude(ctx, pass_reply(ctx, &packet, &ending), &ending);
}

/* ERRAND_PASS_CALL_ASSEMBLED */
SEC("xdp.frags")
int pass_call_assembled(struct xdp_md *ctx)
{
	struct packet packet;
	struct ending ending = { .assembled = true };

	return conclude_assembled(ctx, pass_reply(ctx, &packet, &ending), &ending);
}
