/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP as a balancer sees it (net/netfilter/ipvs/ip_vs_proto_tcp.c). Three tables: what a packet from the client does, what
 * one from the real server does, and what one from the client does where the real server's are never seen (DR, TUN).
 */
#pragma once

#include "control.h"
#include "defence.h"

enum tcp_direction {
	TCP_INPUT,
	TCP_OUTPUT,
	TCP_INPUT_ONLY,
	TCP_DIRECTIONS,
};

enum tcp_event {
	EVENT_SYN,
	EVENT_FIN,
	EVENT_ACK,
	EVENT_RST,
	EVENT_NONE,
};

#define TCP_STATES 11

#define NO STATE_NONE
#define ES STATE_ESTABLISHED
#define SS STATE_SYN_SENT
#define SR STATE_SYN_RECV
#define FW STATE_FIN_WAIT
#define TW STATE_TIME_WAIT
#define CL STATE_CLOSE
#define CW STATE_CLOSE_WAIT
#define LA STATE_LAST_ACK
#define LI STATE_LISTEN
#define SA STATE_SYNACK

#define TCP_ROWS (TCP_DIRECTIONS * EVENT_NONE)

/*
 * [direction * EVENT_NONE + event][state]; a row is padded to 16 so that a masked state is within it. secure_tcp's rows follow:
 * there a connection is not established before both sides have said something that shows they mean it.
 */
static const __u8 tcp_next_state[2 * TCP_ROWS][16] SEC(".rodata.tcp") = {
	/*		NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA */
	/* input */
	/* SYN */    {	SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR },
	/* FIN */    {	CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, TW },
	/* ACK */    {	ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
	/* RST */    {	CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, SR },
	/* output */
	/* SYN */    {	SS, ES, SS, SR, SS, SS, SS, SS, SS, LI, SR },
	/* FIN */    {	TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW },
	/* ACK */    {	ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES },
	/* RST */    {	CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL },
	/* input only */
	/* SYN */    {	SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR },
	/* FIN */    {	CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW },
	/* ACK */    {	ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
	/* RST */    {	CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
	/* secure_tcp: input */
	/* SYN */    {	SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SA },
	/* FIN */    {	CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, SA },
	/* ACK */    {	ES, ES, SS, SR, FW, TW, CL, CW, CL, LI, SA },
	/* RST */    {	CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
	/* secure_tcp: output */
	/* SYN */    {	SS, ES, SS, SA, SS, SS, SS, SS, SS, LI, SA },
	/* FIN */    {	TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW },
	/* ACK */    {	ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES },
	/* RST */    {	CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL },
	/* secure_tcp: input only */
	/* SYN */    {	SA, ES, ES, SR, SA, SA, SA, SA, SA, SA, SA },
	/* FIN */    {	CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW },
	/* ACK */    {	ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
	/* RST */    {	CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
};

#undef NO
#undef ES
#undef SS
#undef SR
#undef FW
#undef TW
#undef CL
#undef CW
#undef LA
#undef LI
#undef SA

#define TCP_EVENT_FLAGS (TCP_RST | TCP_SYN | TCP_FIN | TCP_ACK)

static __always_inline enum tcp_event
tcp_event(__u8 flags)
{
	if (flags & TCP_RST)
		return EVENT_RST;
	if (flags & TCP_SYN)
		return EVENT_SYN;
	if (flags & TCP_FIN)
		return EVENT_FIN;
	if (flags & TCP_ACK)
		return EVENT_ACK;
	return EVENT_NONE;
}

/* Nearly every packet, and found out faster than where it brings its connection. */
static __always_inline bool
is_just_going_on(const struct facts *packet, enum connection_state state)
{
	if (packet->protocol != IPPROTO_TCP)
		return packet->other_state == state;
	return (packet->tcp_flags & TCP_EVENT_FLAGS) == TCP_ACK && state == STATE_ESTABLISHED;
}

static __always_inline enum connection_state
next_state(const struct facts *packet, enum tcp_direction direction, enum connection_state state)
{
	enum tcp_event event;
	__u32 row;

	if (packet->protocol != IPPROTO_TCP)
		return packet->other_state;
	if (likely(is_just_going_on(packet, state)))
		return state;
	event = tcp_event(packet->tcp_flags);
	if (event == EVENT_NONE)
		return STATE_CLOSE;
	row = (is_defending(settings.secure_tcp) ? TCP_ROWS : 0) + direction * EVENT_NONE + event;
	/* For the verifier, to whom `direction` may be a variable. */
	barrier_var(row);
	return row < 2 * TCP_ROWS ? tcp_next_state[row][state & 15] : STATE_CLOSE;
}

static __always_inline bool
is_active(enum connection_state state)
{
	return state == STATE_ESTABLISHED || state == STATE_SYN_SENT || state == STATE_SYN_RECV || state == STATE_SYNACK ||
	       state == STATE_SCTP_ESTABLISHED;
}

static __always_inline bool
is_half_open_state(enum connection_state state)
{
	return state == STATE_SYN_RECV || state == STATE_SYN_SENT || state == STATE_SYNACK || state == STATE_NONE ||
	       (state >= STATE_SCTP_NONE && state < STATE_SCTP_ESTABLISHED);
}

/* The flags that follow from a state. */
static __always_inline __u8
flags_of(enum connection_state state)
{
	__u8 flags = is_active(state) ? 0 : CONNECTION_INACTIVE;

	if (is_half_open_state(state))
		flags |= CONNECTION_HALF_OPEN;
	return flags;
}

static __always_inline __u32
timeout_of(enum connection_state state)
{
	return settings.timeout[state < STATE_COUNT ? state : 0];
}

/*
 * How long replies do without a look at the request's line and the FIB: a connection that only the real server speaks on ends
 * that much early, hence a sixteenth of its timeout; a way that has changed is noticed within PACE_MAX_S.
 */
#define PACE_MAX_S 10

static __always_inline __u32
pace_of(enum connection_state state)
{
	__u32 longest = PACE_MAX_S * limits.hz, pace = timeout_of(state) / 16;

	return pace < longest ? pace : longest;
}

/* The new state may last shorter than replies would do without a look under the old one. */
static __always_inline void
tell_reply(struct connection *reply, enum connection_state state)
{
	__u32 next_look = (__u32)bpf_jiffies64() + pace_of(state);

	reply->state = state;
	if (is_past(next_look, reply->expires))
		reply->expires = next_look;
}

/* Moves a request's line to `state`, keeps its real server's load in step, and tells the reply's line. */
__noinline int
change_state(struct connection *line, __u32 state)
{
	__u32 *word = state_word(line);
	__u32 before, after;
	struct connection *reply;
	__u8 old_flags, new_flags;

	if (!line)
		return 0;
	for (int attempt = 0; attempt < 4; attempt++) {
		before = *(volatile __u32 *)word;
		if (before & STATE_OVER << STATE_SHIFT)
			return 0;
		old_flags = before >> FLAGS_SHIFT;
		new_flags = (old_flags & ~(CONNECTION_INACTIVE | CONNECTION_HALF_OPEN)) | flags_of(state);
		after = (before & 0xffff) | state << STATE_SHIFT | (__u32)new_flags << FLAGS_SHIFT;
		if (__sync_val_compare_and_swap(word, before, after) != before)
			continue;
		if ((old_flags ^ new_flags) & CONNECTION_INACTIVE) {
			count_load(line->real_server, old_flags, -1);
			count_load(line->real_server, new_flags, 1);
		}
		break;
	}
	if (unlikely(line->flags & CONNECTION_CONTROLLED) && is_established(state))
		assure_template(line);
	if ((line->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE) {
		reply = connection_at(line->peer);
		if (reply && reply->flags & CONNECTION_REPLY)
			tell_reply(reply, state);
	}
	return 0;
}

/* direction: enum tcp_direction. Answers the state that the packet brings its connection to. */
__noinline int
move_on(struct connection *line, const struct facts *packet, __u32 direction)
{
	enum connection_state state;

	if (!line || !packet || direction >= TCP_DIRECTIONS)
		return STATE_NONE;
	state = next_state(packet, direction, line->state);
	if (state != line->state)
		change_state(line, state);
	return state;
}

/* What a packet of the client does to its connection's line. */
static __always_inline void
advance(struct connection *line, const struct facts *packet, enum tcp_direction direction)
{
	enum connection_state state = line->state;
	__u32 expires;

	if (unlikely(!is_just_going_on(packet, state)))
		state = move_on(line, packet, direction);
	expires = packet->now + timeout_of(state);
	/* Within one jiffy the line stays clean. */
	if (line->expires != expires)
		line->expires = expires;
}
