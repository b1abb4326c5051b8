/* SPDX-License-Identifier: GPL-2.0-only */
/* What was read and decided of a packet of a control connection is written into its frame. */
#pragma once

#include "ftp_work.h"

static __always_inline bool
write_head(struct xdp_md *ctx, struct ftp_work *work, __u32 size)
{
	return !bpf_xdp_store_bytes(ctx, 0, work->head, sure_size(size, FTP_HEAD_MAX));
}

/* The IP header's length, in the head. The change of the TCP checksum, whose pseudo-header has the length too, is answered. */
static __always_inline __u64
change_length(struct ftp_work *work, __s32 change)
{
	__u32 at = work->network, old_size = work->packet_end - work->transport;
	struct iphdr *ip4;
	struct ipv6hdr *ip6;
	__be16 length;

	if (!is_within(&at, 0, FTP_TRANSPORT_MAX))
		return 0;
	if (work->family == FAMILY_IPV4) {
		ip4 = (struct iphdr *)&work->head[at];
		length = bpf_htons(bpf_ntohs(ip4->tot_len) + change);
		ip4->check = update_checksum(ip4->check, (__u64)(__u16)~ip4->tot_len + length);
		ip4->tot_len = length;
	} else {
		ip6 = (struct ipv6hdr *)&work->head[at];
		ip6->payload_len = bpf_htons(bpf_ntohs(ip6->payload_len) + change);
	}
	return (__u64)bpf_htons(old_size + change) + (__u16)~bpf_htons(old_size);
}

/*
 * Puts the new text in. What stands before it moves, headers and all: at the frame's head there is room with any driver, and what
 * stands behind it, however much, stays where it is.
 */
static __noinline bool
replace_text(struct xdp_md *ctx, struct ftp_work *work)
{
	__s32 change = work->new_size - (work->to - work->from);
	/* Summed from an even place. */
	__u32 even = work->from - ((work->from - work->transport) & 1);
	__u64 sum = (__u16)~fold(sum_frame(ctx, even, work->packet_end - even));
	struct tcphdr *tcp = tcp_of(work);
	__u16 check;

	if (!tcp)
		return false;
	if (change)
		sum += change_length(work, change);
	if ((change && bpf_xdp_adjust_head(ctx, -change)) || !write_head(ctx, work, work->from) ||
	    bpf_xdp_store_bytes(ctx, work->from, work->new_text, sure_size(work->new_size, FTP_TEXT_MAX)))
		return false;
	sum += sum_frame(ctx, even, work->packet_end + change - even);
	check = update_checksum(tcp->check, sum);
	return !bpf_xdp_store_bytes(ctx, work->transport + offsetof(struct tcphdr, check), &check, sizeof(check));
}

/* What read_ftp made of the packet becomes the frame; it may be longer or shorter then. CONTINUE or NO_HEADROOM. */
__noinline int
write_ftp(struct xdp_md *ctx)
{
	struct ftp_work *work = ftp_work_here();

	if (!work)
		return NO_HEADROOM;
	if (work->expects == FTP_EXPECT_PASSIVE)
		return replace_text(ctx, work) ? CONTINUE : NO_HEADROOM;
	if (work->is_changed && !write_head(ctx, work, work->text))
		return NO_HEADROOM;
	return CONTINUE;
}
