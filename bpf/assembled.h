/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of the journey of a packet put together from fragments: like conclude(), but only sender.h can send it. */
#pragma once

#include "assembled_answer.h"
#include "departure.h"
#include "detour.h"

/* For a datagram that came without a checksum and has been translated: it is the last thing in the head. */
static __noinline int
make_assembled_checksum(struct xdp_md *ctx, __u32 index)
{
	const struct assembly *assembly = assembly_at(index);
	__u32 transport, addresses, size, check_at;
	__be16 length;
	__u16 check = 0;
	__u64 sum;

	if (!assembly)
		return 0;
	transport = bpf_xdp_get_buff_len(ctx) - sizeof(struct udphdr);
	addresses = transport - assembly->header_size;
	addresses += assembly->family == FAMILY_IPV4 ? offsetof(struct iphdr, saddr) : offsetof(struct ipv6hdr, saddr);
	size = assembly->family == FAMILY_IPV4 ? 8 : 32;
	check_at = transport + offsetof(struct udphdr, check);
	if (bpf_xdp_load_bytes(ctx, transport + offsetof(struct udphdr, len), &length, sizeof(length)) ||
	    bpf_xdp_store_bytes(ctx, check_at, &check, sizeof(check)))
		return 0;
	sum = sum_frame(ctx, addresses, size) + sum_frame(ctx, transport, sizeof(struct udphdr)) +
	      sum_pieces(index, sizeof(struct udphdr), assembly->total) + bpf_htons(IPPROTO_UDP) + length;
	check = ~fold(sum);
	check = check ? check : 0xffff;
	bpf_xdp_store_bytes(ctx, check_at, &check, sizeof(check));
	return 0;
}

/* A probe is sent instead of the packet, and looks only at its head. */
static __noinline int
shorten_to_head(struct xdp_md *ctx, __u32 index)
{
	const struct assembly *assembly = assembly_at(index);
	__u32 size = bpf_xdp_get_buff_len(ctx), network;
	__be16 length;

	if (!assembly)
		return 0;
	network = size - assembly->transport_size - assembly->header_size;
	length = bpf_htons(assembly->transport_size + (assembly->family == FAMILY_IPV4 ? assembly->header_size : 0));
	bpf_xdp_store_bytes(ctx, network + (assembly->family == FAMILY_IPV4 ? offsetof(struct iphdr, tot_len)
									    : offsetof(struct ipv6hdr, payload_len)),
			    &length, sizeof(length));
	return 0;
}

static __always_inline void
forget_assembly(__u32 index)
{
	struct assembly *assembly = assembly_at(index);

	if (assembly)
		assembly->state = ASSEMBLY_FREE;
}

/* The stack of one program does not hold the journey and its end. */
static __always_inline int
conclude_assembled(struct xdp_md *ctx, enum outcome outcome, const struct ending *ending)
{
	struct errand *errand = errand_here();

	count_outcome(outcome);
	if (!errand)
		return XDP_DROP;
	errand->passes = outcome != TOO_BIG && (ending->action == XDP_PASS || action_of(outcome) == XDP_PASS);
	errand->answers = ending->answers && (outcome == NO_REAL_SERVER || outcome == TTL_EXCEEDED || outcome == TOO_BIG);
	run_errand(ctx, ERRAND_DEPART, outcome, ending);
	return XDP_DROP;
}

/* Without path MTU discovery a tunnel's outer packet may be cut whatever an IPv4 packet inside says. */
static __always_inline bool
is_refused(const struct packet *packet, const struct detour *way, const struct ending *ending)
{
	if (way->method == FORWARDING_TUNNEL && packet->family == FAMILY_IPV4 && !settings.pmtu_disc)
		return false;
	return is_larger_than(facts_of(packet), way->hop->mtu - outside_size(way), ending);
}

/* As go_by_detour(), which every such packet would take; but it can be cut as it may be. */
static __always_inline enum outcome
forward_whole(struct xdp_md *ctx, struct packet *packet, const struct detour *way, __u32 number, struct ending *ending)
{
	enum outcome outcome = refresh_next_hop(ctx, way->hop, number, packet->now);

	if (outcome == CONTINUE && way->hop->flags & NEXT_HOP_LOCAL)
		return deliver_locally(ctx, packet, way);
	if (packet->ttl <= 1)
		return TTL_EXCEEDED;
	if (outcome == NEIGHBOUR_UNRESOLVED && way->method == FORWARDING_MASQUERADE)
		return leave_to_host(ctx, packet, way);
	if (outcome != CONTINUE)
		return outcome;
	if (is_refused(packet, way, ending)) {
		ending->mtu = way->hop->mtu - outside_size(way);
		return TOO_BIG;
	}
	if (way->method == FORWARDING_MASQUERADE) {
		struct destination destination = { .server = way->server, .port = way->port };

		translate(packet, SIDE_DESTINATION, way->server->address, real_port(&destination, packet));
		outcome = send_translated(ctx, packet, way->hop, false);
	} else {
		outcome = send_by_method(ctx, packet, way);
	}
	if (outcome != CONTINUE)
		return outcome;
	ending->action = depart(ctx, way->hop, ending);
	return outcome_of(way->method);
}

SEC("xdp.frags")
int forward_assembled(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	struct ending ending = { .answers = true, .assembled = true };
	struct packet packet = {};
	struct detour way = {};
	enum outcome outcome;
	__u32 number;

	if (!errand || parse_head(ctx, &packet, ALL_PACKETS, ELSEWHERE) != CONTINUE)
		return XDP_DROP;
	packet.now = bpf_jiffies64();
	ending.stateless = errand->stateless;
	ending.real_server = number = errand->real_server;
	way.method = errand->method;
	way.port = errand->port;
	way.server = bpf_map_lookup_elem(&real_servers, &number);
	way.hop = bpf_map_lookup_elem(&next_hops, &number);
	if (!way.server || !way.hop)
		return conclude_assembled(ctx, NO_ROUTE, &ending);
	outcome = forward_whole(ctx, &packet, &way, number, &ending);
	return conclude_assembled(ctx, ending.stateless && ending.action ? FORWARDED_STATELESS : outcome, &ending);
}

static __always_inline bool
is_translated(enum outcome outcome, __u8 method)
{
	return outcome == FORWARDED_MASQUERADE || outcome == REPLIED_MASQUERADE || outcome == LEFT_TO_HOST ||
	       (outcome == DELIVERED_LOCALLY && method == FORWARDING_MASQUERADE);
}

SEC("xdp.frags")
int depart_assembled(struct xdp_md *ctx)
{
	const struct errand *errand = errand_here();
	const struct assembly *assembly = errand ? assembly_at(errand->assembly) : NULL;
	struct exit exit = {};

	if (!assembly)
		return XDP_DROP;
	exit.assembly = errand->assembly;
	exit.ifindex = errand->ifindex;
	exit.mtu = errand->mtu;
	exit.payload = assembly->total;
	if (assembly->lacks_checksum && is_translated(errand->outcome, errand->method))
		make_assembled_checksum(ctx, exit.assembly);
	if (errand->ifindex)
		return hand_to_sender(ctx, &exit);
	if (errand->passes) {
		exit.ifindex = ctx->ingress_ifindex;
		exit.to_host = BPF_F_INGRESS;
		exit.mtu = 0xffff;
		return hand_to_sender(ctx, &exit);
	}
	if (errand->answers)
		bpf_tail_call(ctx, &errand_programs, ERRAND_ANSWER);
	forget_assembly(exit.assembly);
	if (errand->outcome == NEIGHBOUR_UNRESOLVED) {
		shorten_to_head(ctx, exit.assembly);
		bpf_tail_call(ctx, &errand_programs, ERRAND_PROBE);
	}
	return XDP_DROP;
}
