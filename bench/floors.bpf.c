/* SPDX-License-Identifier: Apache-2.0 */
/* What no balancer can go below: nothing at all, a frame sent back, and a packet encapsulated without asking anybody. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "encapsulate.h"

SEC("xdp.frags")
int nothing(struct xdp_md *ctx)
{
	return XDP_TX;
}

SEC("xdp.frags")
int swap_macs(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;
	__u8 mac[ETH_ALEN];

	if ((void *)(ethernet + 1) > end)
		return XDP_DROP;
	__builtin_memcpy(mac, ethernet->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, mac, ETH_ALEN);
	return XDP_TX;
}

SEC("xdp.frags")
int only_encapsulate(struct xdp_md *ctx)
{
	static const __u8 gateway[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	struct flow flow;
	__u16 length;

	if (!parse(ctx, &flow, &length))
		return XDP_PASS;
	return encapsulate(ctx, length, bpf_htonl(0xc0000201), bpf_htonl(0xc6336401), gateway);
}

char LICENSE[] SEC("license") = "Apache-2.0";
