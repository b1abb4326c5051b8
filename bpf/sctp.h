/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCTP as a balancer sees it (net/netfilter/ipvs/ip_vs_proto_sctp.c): what a packet's first chunk does to its connection.
 * Three tables, as for TCP. States are as the real server has them; a COOKIE_WAIT is of an association that it began.
 */
#pragma once

#include "crc32c.h"
#include "tcp_state.h"

struct sctp_header {
	__be16 source_port;
	__be16 destination_port;
	__be32 verification_tag;
	__le32 checksum;		/* CRC32c of all, itself taken as 0; there is no pseudo header */
};

struct sctp_chunk {
	__u8 type;
	__u8 flags;
	__be16 length;			/* the header's four bytes included, the padding to whole words not */
};

#define CHUNK_INIT 1
#define CHUNK_INIT_ACK 2
#define CHUNK_ABORT 6
#define CHUNK_SHUTDOWN 7
#define CHUNK_SHUTDOWN_ACK 8
#define CHUNK_ERROR 9
#define CHUNK_COOKIE_ECHO 10
#define CHUNK_COOKIE_ACK 11
#define CHUNK_SHUTDOWN_COMPLETE 14

enum sctp_event {
	SCTP_EVENT_DATA,		/* and whatever else is not told apart */
	SCTP_EVENT_INIT,
	SCTP_EVENT_INIT_ACK,
	SCTP_EVENT_COOKIE_ECHO,
	SCTP_EVENT_COOKIE_ACK,
	SCTP_EVENT_SHUTDOWN,
	SCTP_EVENT_SHUTDOWN_ACK,
	SCTP_EVENT_SHUTDOWN_COMPLETE,
	SCTP_EVENT_ERROR,
	SCTP_EVENT_ABORT,
	SCTP_EVENTS,
	SCTP_EVENT_LATER_ABORT = SCTP_EVENTS, /* behind a chunk by which a connection may be opened */
	SCTP_EVENT_NONE,		/* not one whole chunk header: changes nothing, opens nothing */
};

#define NO (STATE_SCTP_NONE)
#define I1 (STATE_SCTP_INIT1)
#define IN (STATE_SCTP_INIT)
#define CS (STATE_SCTP_COOKIE_SENT)
#define CR (STATE_SCTP_COOKIE_REPLIED)
#define CW (STATE_SCTP_COOKIE_WAIT)
#define CO (STATE_SCTP_COOKIE)
#define CE (STATE_SCTP_COOKIE_ECHOED)
#define ES (STATE_SCTP_ESTABLISHED)
#define SS (STATE_SCTP_SHUTDOWN_SENT)
#define SR (STATE_SCTP_SHUTDOWN_RECEIVED)
#define SA (STATE_SCTP_SHUTDOWN_ACK_SENT)
#define RJ (STATE_SCTP_REJECTED)
#define CL (STATE_SCTP_CLOSED)

/* [direction * SCTP_EVENTS + event][state - STATE_SCTP_NONE]; a row is padded to 16 so that a masked state is within it. */
static const __u8 sctp_next_states[TCP_DIRECTIONS * SCTP_EVENTS][16] SEC(".rodata.sctp") = {
	/*			 NO  I1  IN  CS  CR  CW  CO  CE  ES  SS  SR  SA  RJ  CL */
	/* input */
	/* data */		{ ES, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* init */		{ I1, IN, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, IN, IN },
	/* init ack */		{ CW, CW, CW, CS, CR, CO, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie echo */	{ CR, IN, IN, CR, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie ack */	{ ES, I1, IN, CS, CR, CW, CO, ES, ES, SS, SR, SA, RJ, CL },
	/* shutdown */		{ SR, I1, IN, CS, CR, CW, CO, CE, SR, SS, SR, SA, RJ, CL },
	/* shutdown ack */	{ CL, IN, IN, CS, CR, CW, CO, CE, ES, CL, SR, CL, RJ, CL },
	/* shutdown complete */	{ CL, CL, CL, CS, CR, CW, CO, CE, ES, SS, SR, CL, RJ, CL },
	/* error */		{ CL, I1, IN, CS, CR, CW, CO, CL, ES, SS, SR, SA, RJ, CL },
	/* abort */		{ CL, CL, CL, CL, CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL },
	/* output */
	/* data */		{ ES, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* init */		{ CW, CW, CW, CW, CW, CW, CW, CW, ES, CW, CW, CW, CW, CW },
	/* init ack */		{ CS, CS, CS, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie echo */	{ CE, CE, CE, CE, CE, CE, CE, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie ack */	{ ES, ES, ES, ES, ES, ES, ES, ES, ES, SS, SR, SA, RJ, CL },
	/* shutdown */		{ SS, SS, SS, SS, SS, SS, SS, SS, SS, SS, SR, SA, RJ, CL },
	/* shutdown ack */	{ SA, SA, SA, SA, SA, CW, CO, CE, ES, SA, SA, SA, RJ, CL },
	/* shutdown complete */	{ CL, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* error */		{ CL, CL, CL, CL, CL, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* abort */		{ CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL },
	/* input only */
	/* data */		{ ES, I1, IN, CS, CR, ES, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* init */		{ I1, IN, IN, IN, IN, IN, CO, CE, ES, SS, SR, SA, IN, IN },
	/* init ack */		{ CE, CE, CE, CE, CE, CE, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie echo */	{ ES, ES, ES, ES, ES, ES, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* cookie ack */	{ ES, I1, IN, ES, ES, CW, ES, ES, ES, SS, SR, SA, RJ, CL },
	/* shutdown */		{ SR, I1, IN, CS, CR, CW, CO, CE, SR, SS, SR, SA, RJ, CL },
	/* shutdown ack */	{ CL, IN, IN, CS, CR, CW, CO, CE, CL, CL, SR, CL, RJ, CL },
	/* shutdown complete */	{ CL, CL, CL, CL, CL, CW, CO, CE, ES, SS, CL, CL, RJ, CL },
	/* error */		{ CL, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL },
	/* abort */		{ CL, CL, CL, CL, CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL },
};

#undef NO
#undef I1
#undef IN
#undef CS
#undef CR
#undef CW
#undef CO
#undef CE
#undef ES
#undef SS
#undef SR
#undef SA
#undef RJ
#undef CL

static __always_inline enum sctp_event
event_of_chunk(__u8 type)
{
	switch (type) {
	case CHUNK_INIT:
		return SCTP_EVENT_INIT;
	case CHUNK_INIT_ACK:
		return SCTP_EVENT_INIT_ACK;
	case CHUNK_ABORT:
		return SCTP_EVENT_ABORT;
	case CHUNK_SHUTDOWN:
		return SCTP_EVENT_SHUTDOWN;
	case CHUNK_SHUTDOWN_ACK:
		return SCTP_EVENT_SHUTDOWN_ACK;
	case CHUNK_ERROR:
		return SCTP_EVENT_ERROR;
	case CHUNK_COOKIE_ECHO:
		return SCTP_EVENT_COOKIE_ECHO;
	case CHUNK_COOKIE_ACK:
		return SCTP_EVENT_COOKIE_ACK;
	case CHUNK_SHUTDOWN_COMPLETE:
		return SCTP_EVENT_SHUTDOWN_COMPLETE;
	default:
		return SCTP_EVENT_DATA;
	}
}

/* offset: of a chunk in the frame; false: it is not whole in the packet, which ends at `end`. */
static __always_inline bool
load_chunk(struct xdp_md *ctx, __u32 offset, __u32 end, struct sctp_chunk *chunk)
{
	return offset + sizeof(*chunk) <= end && !bpf_xdp_load_bytes(ctx, offset, chunk, sizeof(*chunk));
}

/* What the packet does: its first chunk says it, but for an ABORT behind a COOKIE_ECHO or COOKIE_ACK. */
__noinline int
read_sctp_event(struct xdp_md *ctx, __u32 transport_offset, __u32 end)
{
	__u32 offset = transport_offset + sizeof(struct sctp_header);
	struct sctp_chunk chunk, next;
	__u32 length;

	if (!load_chunk(ctx, offset, end, &chunk))
		return SCTP_EVENT_NONE;
	length = bpf_ntohs(chunk.length);
	if ((chunk.type == CHUNK_COOKIE_ECHO || chunk.type == CHUNK_COOKIE_ACK) && length >= sizeof(chunk) &&
	    load_chunk(ctx, offset + ((length + 3) & ~3U), end, &next) && next.type == CHUNK_ABORT)
		return SCTP_EVENT_LATER_ABORT;
	return event_of_chunk(chunk.type);
}

static __always_inline enum connection_state
sctp_next_state(__u32 event, enum tcp_direction direction, __u32 state)
{
	if (event == SCTP_EVENT_LATER_ABORT)
		event = SCTP_EVENT_ABORT;
	if (event >= SCTP_EVENTS)
		return state;
	return sctp_next_states[direction * SCTP_EVENTS + event][(state - STATE_SCTP_NONE) & 15];
}

/* As next_state, for SCTP too and so not for the way of every packet. */
static __always_inline enum connection_state
state_after(const struct facts *packet, enum tcp_direction direction, enum connection_state state)
{
	if (packet->protocol == IPPROTO_SCTP)
		return sctp_next_state(packet->sctp_event, direction, state);
	return next_state(packet, direction, state);
}

/* Of a connection that its first packet opens. */
static __always_inline enum connection_state
state_before(const struct facts *packet)
{
	return packet->protocol == IPPROTO_SCTP ? STATE_SCTP_NONE : STATE_NONE;
}

/* An INIT, or with `sloppy` (sysctl sloppy_sctp) any chunk but ABORT. */
static __always_inline bool
may_open_sctp(const struct facts *packet, bool sloppy)
{
	if (packet->sctp_event == SCTP_EVENT_INIT)
		return true;
	return sloppy && packet->sctp_event != SCTP_EVENT_ABORT && packet->sctp_event != SCTP_EVENT_NONE;
}

static __always_inline enum tcp_direction
direction_on(const struct connection *line)
{
	if (line->flags & CONNECTION_REPLY)
		return TCP_OUTPUT;
	return (line->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE ? TCP_INPUT : TCP_INPUT_ONLY;
}

/* As the kernel's IPVS, which computes the checksum anew when the port has changed: one that was wrong is right afterwards. */
__noinline int
make_sctp_checksum(struct xdp_md *ctx, __u32 transport_offset, __u32 length)
{
	__u32 at = transport_offset + offsetof(struct sctp_header, checksum);
	__u32 crc = 0;

	if (bpf_xdp_store_bytes(ctx, at, &crc, sizeof(crc)))
		return 0;
	crc = crc32c_frame(ctx, transport_offset, length);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	crc = __builtin_bswap32(crc);
#endif
	bpf_xdp_store_bytes(ctx, at, &crc, sizeof(crc));
	return 0;
}
