/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a real server of a masqueraded connection back to the client. One cache line again: the reply's own. The request's
 * line, which holds the timer, is looked after only now and then, or when the state changes.
 */
#pragma once

#include "departure.h"
#include "ending.h"
#include "forwarding/masquerade.h"
#include "parse.h"
#include "tcp_state.h"
#include "traffic.h"

static __always_inline struct connection *
request_of(struct connection *line, __u32 now)
{
	struct connection *request = connection_at(line->peer);

	if (!request || request->tag < TAG_FIRST || request->flags & CONNECTION_REPLY || is_past(request->expires, now) ||
	    request->real_server != line->real_server)
		return NULL;
	return request;
}

/* A VLAN is known by its tag only where the FIB was asked: the request left no more than the device it came by. */
static __always_inline bool
is_other_device(__u32 number, __u32 than)
{
	const struct interface *one = bpf_map_lookup_elem(&interfaces, &number);
	const struct interface *other = bpf_map_lookup_elem(&interfaces, &than);

	return !one || !other || one->ifindex != other->ifindex;
}

/*
 * The way to the client may have changed since the request came: ask the FIB. Where it knows no neighbour, the MAC that the
 * request came from stays; where it knows no route, all does.
 */
static __always_inline void
refresh_client_hop(struct xdp_md *ctx, const struct facts *packet, struct connection *line)
{
	struct fib_answer answer;
	__u64 client[2];

	read_destination(packet, client);
	look_up_fib(ctx, (const __u8 *)client, packet->family, &answer);
	if (!answer.interface)
		return;
	if (answer.code == BPF_FIB_LKUP_RET_SUCCESS)
		copy(line->mac, answer.hop.destination_mac, ETH_ALEN);
	else if (is_other_device(answer.interface, line->client_interface))
		return;
	line->client_interface = answer.interface;
}

/* Of what controls the connection. */
static __always_inline void
look_after_control(const struct facts *packet, struct connection *request)
{
	/* TCP's template is assured when it is established; a datagram's when the real server has answered. */
	if (packet->protocol == IPPROTO_UDP)
		assure_template(request);
	else
		keep_ftp_control(request);
}

/* Keeps the connection alive and its state in step. false: the connection is over, this line with it. */
__noinline int
look_after(struct xdp_md *ctx, struct facts *packet, struct connection *line)
{
	struct connection *request;
	enum connection_state state;

	if (!packet || !line)
		return false;
	request = request_of(line, packet->now);
	if (!request)
		return false;
	if (request->real_server == NO_REAL_SERVER_NUMBER)
		return true;
	state = state_after(packet, TCP_OUTPUT, request->state);
	if (state != request->state)
		change_state(request, state);
	line->state = state;
	request->expires = packet->now + timeout_of(state);
	if (unlikely(request->flags & CONNECTION_CONTROLLED))
		look_after_control(packet, request);
	line->expires = packet->now + pace_of(state);
	refresh_client_hop(ctx, packet, line);
	return true;
}

static __always_inline bool
needs_looking_after(const struct facts *packet, const struct connection *line)
{
	return is_past(line->expires, packet->now) || next_state(packet, TCP_OUTPUT, line->state) != line->state;
}

/*
 * What the client knows the service by: the real server's record says it, except for services of many addresses or ports.
 * make_checksum: out, see translate.
 */
static __always_inline bool
restore_virtual(const struct packet *packet, const struct connection *line, const struct real_server *server,
		bool *make_checksum)
{
	const struct connection *request;
	__u64 address[2] = {};

	if (likely(server->flags & REAL_SERVER_VIRTUAL_KNOWN)) {
		*make_checksum = translate(packet, SIDE_SOURCE, server->virtual_address, server->virtual_port);
		return true;
	}
	request = connection_at(line->peer);
	if (!request)
		return false;
	if (packet->family == FAMILY_IPV4) {
		address[0] = request->addresses[0] >> 32;
	} else {
		address[0] = request->addresses[2];
		address[1] = request->addresses[3];
	}
	*make_checksum = translate(packet, SIDE_SOURCE, address, request->destination_port);
	return true;
}

/* What is FTP's goes by a way of its own from here. IPVS counts nothing more for a real server that is removed. */
static __always_inline void
count_reply(struct xdp_md *ctx, const struct facts *packet, const struct connection *line, const struct real_server *server,
	    const struct ending *ending)
{
	const struct connection *request;

	if (unlikely(server->flags & (REAL_SERVER_DELETED | REAL_SERVER_FTP))) {
		request = connection_at(line->peer);
		if (request)
			leave_to_ftp(ctx, packet, request, true, ending);
		if (server->flags & REAL_SERVER_DELETED)
			return;
	}
	count_out(line->real_server, packet);
}

static __always_inline void
describe_client_hop(const struct connection *line, const struct interface *interface, struct next_hop *hop)
{
	hop->ifindex = interface->ifindex;
	/* In the pieces in which copy_macs and has_tags read them. */
	*(__u32 *)hop->destination_mac = *(const __u32 *)line->mac;
	*(__u16 *)(hop->destination_mac + 4) = *(const __u16 *)(line->mac + 4);
	*(__u16 *)hop->source_mac = *(const __u16 *)interface->mac;
	*(__u32 *)(hop->source_mac + 2) = *(const __u32 *)(interface->mac + 2);
	*(__u32 *)&hop->outer_vlan = *(const __u32 *)&interface->outer_vlan;
	hop->mtu = interface->mtu;
	hop->flags = interface->flags;
}

static __always_inline enum outcome
reply(struct xdp_md *ctx, struct packet *packet, struct connection *line, struct ending *ending)
{
	const struct real_server *server;
	const struct interface *interface;
	__u32 number = line->real_server, interface_number;
	struct next_hop hop = {};
	enum outcome outcome;
	bool make_checksum;

	if (unlikely(!is_for_this_host(ctx, packet->link)))
		return NOT_FOR_THIS_HOST;
	if (unlikely(needs_looking_after(facts_of(packet), line)) && !look_after(ctx, facts_of(packet), line))
		return NOT_A_SERVICE;
	server = bpf_map_lookup_elem(&real_servers, &number);
	interface_number = line->client_interface;
	interface = bpf_map_lookup_elem(&interfaces, &interface_number);
	if (unlikely(!server || !interface || !interface_number))
		return line->flags & CONNECTION_TOLD ? CONNECTION_RESET : NO_ROUTE;
	/* Untranslated as it is, the host tells the real server what is wrong with it. */
	if (unlikely(packet->ttl <= 1 || (is_larger_than(facts_of(packet), interface->mtu, ending) && !packet->may_fragment))) {
		ending->action = XDP_PASS;
		return packet->ttl <= 1 ? TTL_EXCEEDED : TOO_BIG;
	}
	if (unlikely(is_larger_than(facts_of(packet), interface->mtu, ending)))
		return TOO_BIG;
	count_reply(ctx, facts_of(packet), line, server, ending);
	describe_client_hop(line, interface, &hop);
	if (!restore_virtual(packet, line, server, &make_checksum))
		return NO_ROUTE;
	outcome = send_translated(ctx, packet, &hop, make_checksum);
	if (outcome != CONTINUE)
		return outcome;
	ending->action = depart(ctx, &hop, ending);
	return REPLIED_MASQUERADE;
}
