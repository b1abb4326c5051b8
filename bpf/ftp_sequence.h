/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sequence numbers of a control connection whose client has been told more or fewer bytes than its real server said
 * (nf_conntrack_seqadj.c does this for IPVS). What is acknowledged selectively is shifted too (RFC 2018).
 */
#pragma once

#include "ftp_control.h"
#include "ftp_work.h"

#define OPTION_SACK 5
#define TCP_OPTIONS_MAX 40

static __always_inline bool
is_behind(__u32 sequence, __u32 other)
{
	return (__s32)(sequence - other) > 0;
}

/* Of what the real server sends. */
static __always_inline __u32
sequence_for_client(const struct ftp_control *control, __u32 sequence)
{
	return sequence + (is_behind(sequence, control->changed_at) ? control->shift_after : control->shift_before);
}

/* Of what the client acknowledges. */
static __always_inline __u32
sequence_for_server(const struct ftp_control *control, __u32 sequence)
{
	bool is_after = is_behind(sequence - control->shift_before, control->changed_at);

	return sequence - (is_after ? control->shift_after : control->shift_before);
}

/* A word of the TCP header, which an option may have put at an odd place: there the bytes change sides in the sum. */
static __always_inline void
replace_word(struct ftp_work *work, struct tcphdr *tcp, __u32 at, __u32 value)
{
	__be32 old, new = bpf_htonl(value);
	__u64 change;

	if (!is_within(&at, 0, FTP_HEAD_MAX - 1))
		return;
	copy(&old, &work->head[at], sizeof(old));
	copy(&work->head[at], &new, sizeof(new));
	change = (__u64)(__u32)~old + new;
	if ((at - work->transport) & 1)
		change = __builtin_bswap16(fold(change));
	tcp->check = update_checksum(tcp->check, change);
	work->is_changed = true;
}

static __always_inline __u32
number_at(const struct ftp_work *work, __u32 at)
{
	__be32 word = 0;

	if (is_within(&at, 0, FTP_HEAD_MAX - 1))
		copy(&word, &work->head[at], sizeof(word));
	return bpf_ntohl(word);
}

struct sack_walk {
	struct ftp_work *work;
	struct ftp_control control;
};

/* One option, or one edge of what an option says is there. */
static long
shift_option_step(__u32 step, void *context)
{
	struct sack_walk *walk = context;
	struct ftp_work *work = walk->work;
	struct tcphdr *tcp = tcp_of(work);
	__u32 at = work->at;
	__u8 kind = byte_at(work, at), length = byte_at(work, at + 1);
	bool is_sack;

	if (!tcp || at + 2 > work->text)
		return 1;
	if (at + 4 <= work->to) {
		replace_word(work, tcp, at, sequence_for_server(&walk->control, number_at(work, at)));
		work->at = at + 4;
		return 0;
	}
	if (kind == 0)
		return 1;
	if (kind == 1) {
		work->at = at + 1;
		return 0;
	}
	if (length < 2 || at + length > work->text)
		return 1;
	/* Of whole blocks, two edges each. */
	is_sack = kind == OPTION_SACK && !((length - 2) & 7);
	if (is_sack)
		work->to = at + length;
	work->at = at + (is_sack ? 2 : length);
	return 0;
}

/* work->to: where the edges of an option end. */
static __always_inline void
shift_selective(struct ftp_work *work, const struct ftp_control *control)
{
	struct sack_walk walk = { .work = work, .control = *control };

	work->at = work->transport + sizeof(struct tcphdr);
	work->to = 0;
	bpf_loop(TCP_OPTIONS_MAX, shift_option_step, &walk, 0);
}

static __noinline int
shift_sequence(struct ftp_work *work, const struct ftp_control *control)
{
	struct tcphdr *tcp = tcp_of(work);

	if (!tcp)
		return 0;
	if (work->is_reply) {
		replace_word(work, tcp, work->transport + offsetof(struct tcphdr, seq), sequence_for_client(control, work->sequence));
		return 0;
	}
	if (!tcp->ack)
		return 0;
	replace_word(work, tcp, work->transport + offsetof(struct tcphdr, ack_seq),
		     sequence_for_server(control, bpf_ntohl(tcp->ack_seq)));
	shift_selective(work, control);
	return 0;
}

/* The same where only the TCP header, at `at`, is there. key: as ftp_control_key has it. */
__noinline int
shift_numbers(struct xdp_md *ctx, __u32 at, __u64 key, __u32 is_reply)
{
	const struct ftp_control *control = bpf_map_lookup_elem(&ftp_controls, &key);
	struct tcphdr tcp;
	__be32 old, new;

	if (!control || bpf_xdp_load_bytes(ctx, at, &tcp, sizeof(tcp)) || (!is_reply && !tcp.ack))
		return 0;
	old = is_reply ? tcp.seq : tcp.ack_seq;
	new = bpf_htonl(is_reply ? sequence_for_client(control, bpf_ntohl(old)) : sequence_for_server(control, bpf_ntohl(old)));
	tcp.check = update_checksum(tcp.check, (__u64)(__u32)~old + new);
	if (is_reply)
		tcp.seq = new;
	else
		tcp.ack_seq = new;
	bpf_xdp_store_bytes(ctx, at, &tcp, sizeof(tcp));
	return 0;
}
