/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPv6 extension headers before the transport's. IPVS goes over them and forwards them as they came; what the kernel checks before
 * it (the hop-by-hop options, net/ipv6/exthdrs.c) decides whether the packet is forwarded or left to the host, which
 * drops it or tells its sender.
 */
#pragma once

#include "packet.h"

#define EXTENSIONS_MAX 16		/* as many as anybody sends, and more */

#define EXTENSION_HOP_BY_HOP 0
#define EXTENSION_ROUTING 43
#define EXTENSION_AUTHENTICATION 51
#define EXTENSION_DESTINATION 60

#define HOP_OPTION_PAD1 0
#define HOP_OPTION_PADN 1
#define HOP_OPTION_ROUTER_ALERT 5
#define HOP_OPTION_CALIPSO 7		/* the host knows its labels */
#define HOP_OPTION_ACTION 0xc0		/* 0: who does not know the option skips it */
#define HOP_OPTIONS_MAX 8		/* sysctl max_hbh_opts_number */
#define HOP_PADDING_MAX 7
#define HOP_STEPS_MAX ((HOP_OPTIONS_MAX + 1) * (HOP_PADDING_MAX + 1))

struct extension {
	__u8 next;
	__u8 length;
};

struct hop_option {
	__u8 type;
	__u8 length;			/* of what follows these two bytes */
};

struct hop_walk {
	struct xdp_md *ctx;
	__u32 at;			/* in the frame */
	__u32 end;
	__u32 options;
	__u32 padding;			/* in a row */
	__u32 refused;
};

static __always_inline bool
is_extension(__u8 protocol)
{
	return protocol == EXTENSION_HOP_BY_HOP || protocol == EXTENSION_ROUTING || protocol == EXTENSION_AUTHENTICATION ||
	       protocol == EXTENSION_DESTINATION;
}

/* Of five bytes at most: more is refused before. */
static __always_inline bool
is_padding_zero(const struct hop_walk *walk, __u32 length)
{
	__u8 byte;

	for (__u32 i = 0; i < HOP_PADDING_MAX && i < length; i++)
		if (bpf_xdp_load_bytes(walk->ctx, walk->at + 2 + i, &byte, 1) || byte)
			return false;
	return true;
}

static __always_inline bool
is_option_forwardable(struct hop_walk *walk, const struct hop_option *option)
{
	if (option->type == HOP_OPTION_PADN) {
		walk->padding += 2 + option->length;
		return walk->padding <= HOP_PADDING_MAX && is_padding_zero(walk, option->length);
	}
	walk->padding = 0;
	if (++walk->options > HOP_OPTIONS_MAX)
		return false;
	if (option->type == HOP_OPTION_ROUTER_ALERT)
		return option->length == 2;
	return !(option->type & HOP_OPTION_ACTION) && option->type != HOP_OPTION_CALIPSO;
}

static long
hop_option_step(__u32 index, void *context)
{
	struct hop_walk *walk = context;
	struct hop_option option;

	if (walk->at >= walk->end)
		return 1;
	/* A transport header lies behind: two bytes can be read always. */
	if (bpf_xdp_load_bytes(walk->ctx, walk->at, &option, sizeof(option))) {
		walk->refused = true;
		return 1;
	}
	if (option.type == HOP_OPTION_PAD1) {
		walk->at++;
		walk->refused = ++walk->padding > HOP_PADDING_MAX;
		return walk->refused;
	}
	if (walk->at + 2 + option.length > walk->end || !is_option_forwardable(walk, &option)) {
		walk->refused = true;
		return 1;
	}
	walk->at += 2 + option.length;
	return 0;
}

/* offset and end: of the hop-by-hop header in the frame. */
static __always_inline bool
are_hop_options_forwardable(struct xdp_md *ctx, __u32 offset, __u32 end)
{
	struct hop_walk walk = { .ctx = ctx, .at = offset + sizeof(struct extension), .end = end };

	bpf_loop(HOP_STEPS_MAX, hop_option_step, &walk, 0);
	return !walk.refused && walk.at >= end;
}

struct extension_walk {
	struct xdp_md *ctx;
	__u32 at;			/* in the frame */
	__u32 end;			/* of the packet */
	__u32 protocol;
	__u32 refused;
};

static long
extension_step(__u32 index, void *context)
{
	struct extension_walk *walk = context;
	struct extension extension;
	__u32 size;

	if (!is_extension(walk->protocol))
		return 1;
	if (bpf_xdp_load_bytes(walk->ctx, walk->at, &extension, sizeof(extension)))
		goto refused;
	size = walk->protocol == EXTENSION_AUTHENTICATION ? (extension.length + 2) * 4 : (extension.length + 1) * 8;
	if (walk->at + size > walk->end)
		goto refused;
	/* Anywhere but first it is not looked into. */
	if (walk->protocol == EXTENSION_HOP_BY_HOP && index == 0 &&
	    !are_hop_options_forwardable(walk->ctx, walk->at, walk->at + size))
		goto refused;
	walk->protocol = extension.next;
	walk->at += size;
	return 0;
refused:
	walk->refused = true;
	return 1;
}

#define NO_TRANSPORT_FOUND (-1)

/* What is behind the extension headers: the protocol, and in the bits from 8 on where in the frame. end: of the packet. */
__noinline int
find_transport(struct xdp_md *ctx, __u32 offset, __u32 end, __u32 protocol)
{
	struct extension_walk walk = { .ctx = ctx, .at = offset, .end = end, .protocol = protocol };

	bpf_loop(EXTENSIONS_MAX, extension_step, &walk, 0);
	if (walk.refused || walk.at > end)
		return NO_TRANSPORT_FOUND;
	return (walk.protocol & 0xff) | walk.at << 8;
}
