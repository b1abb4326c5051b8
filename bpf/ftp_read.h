/* SPDX-License-Identifier: GPL-2.0-only */
/* What a packet of a control connection says, and what is remembered of it. Nothing is changed yet but numbers, in the ftp_work. */
#pragma once

#include "ftp_sequence.h"
#include "ftp_text.h"
#include "tcp_state.h"

/* False: there is nothing in it for us. */
static __always_inline bool
load_head(struct xdp_md *ctx, const struct facts *packet, struct ftp_work *work)
{
	__u32 size = bpf_xdp_get_buff_len(ctx);
	struct tcphdr *tcp;

	size = size < FTP_HEAD_MAX ? size : FTP_HEAD_MAX;
	size = sure_size(size, FTP_HEAD_MAX);
	work->family = packet->family;
	work->network = packet->network_offset;
	work->transport = packet->transport_offset;
	work->packet_end = packet->network_offset + packet->length;
	work->now = packet->now;
	if (bpf_xdp_load_bytes(ctx, 0, work->head, size))
		return false;
	tcp = tcp_of(work);
	if (!tcp || tcp->doff < 5)
		return false;
	work->sequence = bpf_ntohl(tcp->seq);
	work->text = packet->transport_offset + tcp->doff * 4;
	work->end = work->packet_end < size ? work->packet_end : size;
	return work->text <= work->end;
}

/* False: there is no room for what has to be remembered. */
static __always_inline bool
await_reply(const struct ftp_work *work, const struct ftp_control *known, enum ftp_reply reply)
{
	__u64 key = work->key_of_control;
	struct ftp_control control = {};

	if (!known && reply == FTP_REPLY_NONE)
		return true;
	if (known)
		control = *known;
	control.awaited = reply;
	return !bpf_map_update_elem(&ftp_controls, &key, &control, BPF_ANY);
}

/* Of the client. */
static __noinline bool
read_command(struct ftp_work *work, const struct ftp_control *control)
{
	enum ftp_reply reply = find_passive_command(work, work->family);

	if (reply != FTP_REPLY_NONE)
		return await_reply(work, control, reply);
	if (!(work->family == FAMILY_IPV4 && read_port_command(work)) && !read_extended_port_command(work, work->family))
		return true;
	work->expects = FTP_EXPECT_ACTIVE;
	return await_reply(work, control, FTP_REPLY_NONE);
}

/* Notes that the text of this packet changes in length, unless it was noted before: packets come more than once. */
static __always_inline bool
note_change(const struct ftp_work *work, const struct ftp_control *known, __s32 change)
{
	struct ftp_control control = *known;
	__u64 key = work->key_of_control;

	control.awaited = FTP_REPLY_NONE;
	if (!known->is_changed || known->changed_at != work->sequence) {
		control.is_changed = true;
		control.changed_at = work->sequence;
		control.shift_before = known->shift_after;
		control.shift_after = known->shift_after + change;
	}
	return !bpf_map_update_elem(&ftp_controls, &key, &control, BPF_EXIST);
}

/* The port that a reply names, 0 if it names none; what is to stand in the text instead is in `work` then. */
static __always_inline __u32
read_port_named(struct ftp_work *work, const struct ftp_control *control)
{
	const struct connection *request = connection_at(work->request);
	bool comes_again = control->is_changed && control->changed_at == work->sequence;
	__u32 port = 0;

	if (!request)
		return 0;
	if (work->family == FAMILY_IPV4 && (control->awaited == FTP_REPLY_PASSIVE || comes_again))
		port = read_passive_reply(work);
	if (port) {
		compose_passive(work, request->addresses[0] >> 32, port);
		return port;
	}
	if (control->awaited == FTP_REPLY_EXTENDED || comes_again)
		port = read_extended_reply(work);
	if (port)
		compose_extended(work, port);
	return port;
}

/* Of the real server. */
static __noinline bool
read_reply(struct ftp_work *work, const struct ftp_control *control)
{
	work->port = read_port_named(work, control);
	if (work->port < FTP_LISTEN_PORT_MIN)
		return true;
	work->expects = FTP_EXPECT_PASSIVE;
	return note_change(work, control, work->new_size - (work->to - work->from));
}

/* As in IPVS, only what is said on an established connection counts; a client's packet has not moved its state yet. */
static __always_inline bool
is_heard(const struct facts *packet, const struct connection *request, bool is_reply)
{
	enum connection_state state = is_reply ? request->state : next_state(packet, TCP_INPUT, request->state);

	return state == STATE_ESTABLISHED;
}

/* CONTINUE, or how the packet's journey ends: there is no room for what it says, and it will be sent again, as IPVS has it. */
__noinline int
read_ftp(struct xdp_md *ctx, const struct facts *packet, __u32 index)
{
	const struct connection *line = connection_at(index), *request;
	struct ftp_work *work = ftp_work_here();
	const struct ftp_control *control;
	__u64 key;

	if (!packet || !line || !work)
		return CONNECTION_TABLE_FULL;
	work->expects = FTP_EXPECT_NOTHING;
	work->is_changed = false;
	work->is_reply = line->flags & CONNECTION_REPLY;
	work->request = work->is_reply ? line->peer : index;
	request = connection_at(work->request);
	if (!request || !load_head(ctx, packet, work))
		return CONTINUE;
	work->key_of_control = key = ftp_control_key(request, work->request);
	control = bpf_map_lookup_elem(&ftp_controls, &key);
	if (control && (control->shift_before || control->shift_after))
		shift_sequence(work, control);
	if (work->text == work->end || !is_heard(packet, request, work->is_reply))
		return CONTINUE;
	if (!work->is_reply)
		return read_command(work, control) ? CONTINUE : CONNECTION_TABLE_FULL;
	return !control || read_reply(work, control) ? CONTINUE : CONNECTION_TABLE_FULL;
}
