/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a packet leaves and to which MAC. Learnt from the kernel's FIB (so routes, rules and neighbours are the host's own),
 * kept per real server, and looked up again when older than a second: no packet pays for the FIB.
 */
#pragma once

#include "local.h"
#include "path_mtu.h"

/* The answer of one look into the FIB. */
struct fib_answer {
	int code;			/* BPF_FIB_LKUP_RET_*, or negative errno */
	struct next_hop hop;		/* `learned` is not set */
	__u32 interface;		/* number, or 0 */
};

/* MACs, tags and flags of the interface the FIB named; a VLAN's frames leave by the device below it. */
static __always_inline void
describe_egress(struct fib_answer *answer, __u32 ifindex)
{
	__u32 *number = bpf_map_lookup_elem(&interface_numbers, &ifindex);
	const struct interface *interface = number ? bpf_map_lookup_elem(&interfaces, number) : NULL;

	answer->hop.ifindex = ifindex;
	if (!interface || !interface->ifindex)
		return;
	answer->interface = *number;
	answer->hop.ifindex = interface->ifindex;
	answer->hop.outer_vlan = interface->outer_vlan;
	answer->hop.inner_vlan = interface->inner_vlan;
	answer->hop.flags = interface->flags;
}

/* The address of the egress interface, for kernels whose FIB does not tell a route's source to BPF (before 6.7). */
static __always_inline void
take_interface_source(struct fib_answer *answer, enum family family)
{
	const struct interface *interface = bpf_map_lookup_elem(&interfaces, &answer->interface);

	if (!interface)
		return;
	if (family == FAMILY_IPV4)
		copy(answer->hop.source_address, interface->ipv4, 4);
	else
		copy(answer->hop.source_address, interface->ipv6, 16);
}

/* address: 4 or 16 bytes in the first of ADDRESS_SIZE. Answers BPF_FIB_LKUP_RET_*, or negative errno. */
static __always_inline long
ask_fib(struct xdp_md *ctx, const __u8 *address, __u32 family, __u32 flags, struct bpf_fib_lookup *fib)
{
	clear(fib, sizeof(*fib));
	fib->ifindex = ctx->ingress_ifindex;
	fib->family = family == FAMILY_IPV4 ? AF_INET : AF_INET6;
	if (family == FAMILY_IPV4)
		copy(&fib->ipv4_dst, address, 4);
	else
		copy(fib->ipv6_dst, address, 16);
	return bpf_fib_lookup(ctx, fib, sizeof(*fib), flags);
}

/* Or for one that no route leads to: the host's in any case. */
static __noinline bool
is_for_own_address(struct xdp_md *ctx, const struct facts *packet)
{
	__u64 address[ADDRESS_SIZE / 8];
	struct bpf_fib_lookup fib;

	read_destination(packet, address);
	return ask_fib(ctx, (const __u8 *)address, packet->family, 0, &fib) == BPF_FIB_LKUP_RET_NOT_FWDED;
}

static __noinline int
look_up_fib(struct xdp_md *ctx, const __u8 *address, __u32 family, struct fib_answer *answer)
{
	struct bpf_fib_lookup fib;
	bool told_source = true;
	long code;

	if (!address || !answer)
		return 0;
	clear(answer, sizeof(*answer));
	code = ask_fib(ctx, address, family, BPF_FIB_LOOKUP_SRC, &fib);
	if (code == -EINVAL || code == NO_SOURCE_ADDRESS) {
		told_source = false;
		code = ask_fib(ctx, address, family, 0, &fib);
	}
	answer->code = code;
	if (code != BPF_FIB_LKUP_RET_SUCCESS && code != BPF_FIB_LKUP_RET_NO_NEIGH)
		return 0;
	describe_egress(answer, fib.ifindex);
	copy(answer->hop.destination_mac, fib.dmac, ETH_ALEN);
	copy(answer->hop.source_mac, fib.smac, ETH_ALEN);
	answer->hop.mtu = fib.mtu_result;
	if (!told_source)
		take_interface_source(answer, family);
	else if (family == FAMILY_IPV4)
		copy(answer->hop.source_address, &fib.ipv4_src, 4);
	else
		copy(answer->hop.source_address, fib.ipv6_src, 16);
	return 0;
}

static __always_inline bool
is_fresh(const struct next_hop *hop, __u32 now)
{
	return hop->learned && now - hop->learned < limits.hz;
}

/*
 * Looks the real server's next hop up anew. While it changes, `learned` is 0 and every other CPU looks for itself: a frame
 * never gets one half of an old answer. CONTINUE, or why there is none.
 */
__noinline int
learn_next_hop(struct xdp_md *ctx, __u32 number, __u32 now)
{
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);
	struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &number);
	struct fib_answer answer;

	if (!server || !hop)
		return NO_ROUTE;
	look_up_fib(ctx, server->address, server->family, &answer);
	if (answer.code == BPF_FIB_LKUP_RET_NOT_FWDED && is_this_host(server)) {
		answer.code = BPF_FIB_LKUP_RET_SUCCESS;
		answer.hop.flags = NEXT_HOP_LOCAL;
		await_local_replies();
	}
	if (answer.code != BPF_FIB_LKUP_RET_SUCCESS) {
		hop->learned = 0;
		/* Enough to bring the kernel to resolve it. */
		copy(hop->source_address, answer.hop.source_address, ADDRESS_SIZE);
		switch (answer.code) {
		case BPF_FIB_LKUP_RET_NO_NEIGH:
			return NEIGHBOUR_UNRESOLVED;
		case BPF_FIB_LKUP_RET_FWD_DISABLED:
			return FORWARDING_DISABLED;
		default:
			return NO_ROUTE;
		}
	}
	answer.hop.mtu = mtu_of_path(server, answer.hop.mtu, now);
	answer.hop.learned = hop->learned;
	if (__builtin_memcmp(hop, &answer.hop, sizeof(*hop))) {
		__sync_lock_test_and_set(&hop->learned, 0);
		answer.hop.learned = 0;
		copy(hop, &answer.hop, sizeof(*hop));
	}
	__sync_lock_test_and_set(&hop->learned, now ? now : 1);
	return CONTINUE;
}

/* hop is the value of next_hops for `number`; CONTINUE when it may be used. */
static __always_inline enum outcome
refresh_next_hop(struct xdp_md *ctx, const struct next_hop *hop, __u32 number, __u32 now)
{
	if (likely(is_fresh(hop, now)))
		return CONTINUE;
	return learn_next_hop(ctx, number, now);
}
