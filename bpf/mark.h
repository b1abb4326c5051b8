/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XDP sees a packet before netfilter has marked it, so rules of our own do what iptables' mangle table would: each that matches
 * changes the mark, and the last one has the last word. Only a packet that could begin a connection is looked at.
 */
#pragma once

#include "maps.h"
#include "packet.h"

struct marking {
	const struct facts *packet;
	__u32 ifindex;
	__u32 first;			/* index of the first rule */
	__u32 mark;
};

static __always_inline bool
is_masked_equal(const __u64 *address, const __u8 *wanted, const __u8 *mask)
{
	const __u64 *want = (const __u64 *)wanted, *bits = (const __u64 *)mask;

	return !(((address[0] ^ want[0]) & bits[0]) | ((address[1] ^ want[1]) & bits[1]));
}

static __always_inline bool
is_in_ranges(__be16 port, const struct port_range *ranges, __u32 count)
{
	__u16 wanted = bpf_ntohs(port);

	if (!count)
		return true;
	for (__u32 index = 0; index < MARK_PORTS_MAX; index++) {
		if (index >= count)
			return false;
		if (wanted >= ranges[index].first && wanted <= ranges[index].last)
			return true;
	}
	return false;
}

/* A match that a rule turns round holds where it does not. */
static __always_inline bool
holds(const struct mark_rule *rule, bool matches, __u8 inverse)
{
	return matches != !!(rule->flags & inverse);
}

static __always_inline bool
are_addresses_of(const struct mark_rule *rule, const struct facts *packet)
{
	__u64 source[2], destination[2];

	read_source(packet, source);
	read_destination(packet, destination);
	return holds(rule, is_masked_equal(destination, rule->destination, rule->destination_mask), MARK_NOT_DESTINATION) &&
	       holds(rule, is_masked_equal(source, rule->source, rule->source_mask), MARK_NOT_SOURCE);
}

static __always_inline bool
is_rule_of(const struct mark_rule *rule, const struct marking *marking)
{
	const struct facts *packet = marking->packet;

	if (rule->family != FAMILY_NONE && rule->family != packet->family)
		return false;
	if (rule->protocol && !holds(rule, rule->protocol == packet->protocol, MARK_NOT_PROTOCOL))
		return false;
	if (rule->ifindex && !holds(rule, rule->ifindex == marking->ifindex, MARK_NOT_INTERFACE))
		return false;
	return are_addresses_of(rule, packet) &&
	       holds(rule, is_in_ranges(packet->destination_port, rule->destination_ports, rule->destination_port_count),
		     MARK_NOT_DESTINATION_PORTS) &&
	       holds(rule, is_in_ranges(packet->source_port, rule->source_ports, rule->source_port_count),
		     MARK_NOT_SOURCE_PORTS);
}

static __always_inline void
count_marked(__u32 number, const struct facts *packet)
{
	struct mark_count *count = bpf_map_lookup_elem(&mark_counts, &number);

	if (!count)
		return;
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, packet->length);
}

static long
go_by_rule(__u32 step, void *context)
{
	struct marking *marking = context;
	__u32 index = marking->first + step;
	const struct mark_rule *rule = bpf_map_lookup_elem(&mark_rules, &index);

	if (!rule)
		return 1;
	if (!is_rule_of(rule, marking))
		return 0;
	marking->mark = (marking->mark & ~rule->mask) ^ rule->value;
	count_marked(rule->number, marking->packet);
	return 0;
}

/* 0: none. */
__noinline __u32
mark_of(struct xdp_md *ctx, struct facts *packet)
{
	struct marking marking = {};
	__u64 rules = settings.mark_rules;
	__u32 count = rules >> 32;

	if (!packet)
		return 0;
	marking.packet = packet;
	marking.ifindex = ctx->ingress_ifindex;
	marking.first = rules;
	bpf_loop(count < MARK_RULES_MAX ? count : MARK_RULES_MAX, go_by_rule, &marking, 0);
	return marking.mark;
}
