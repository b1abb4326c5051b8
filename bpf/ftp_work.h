/* SPDX-License-Identifier: GPL-2.0-only */
/* Where each CPU reads a packet of a control connection: its headers and the beginning of its text. */
#pragma once

#include "checksum.h"
#include "packet.h"

#define FTP_HEAD_MAX 512
#define FTP_TRANSPORT_MAX 256		/* where the TCP header begins, at most */
#define FTP_TEXT_MAX 32			/* of what is put in: "255,255,255,255,255,255" is the longest */

/* What a command names: where the client waits for a connection. */
struct ftp_place {
	__u64 address[ADDRESS_SIZE / 8];
	__be16 port;
	__u8 pad[6];
};

/* What is to be expected because of what a packet says. */
enum ftp_expectation : __u8 {
	FTP_EXPECT_NOTHING,
	FTP_EXPECT_ACTIVE,		/* the real server connects to `place` */
	FTP_EXPECT_PASSIVE,		/* the client connects to `port` */
};

struct ftp_work {
	__u64 key_of_control;		/* in ftp_controls */
	__u32 request;			/* index of the request's line */
	__u32 now;
	__u32 sequence;			/* as it came */
	__u32 network;			/* where the IP header begins in the frame, */
	__u32 packet_end;		/* and where the packet ends */
	enum family family;
	bool is_reply;
	enum ftp_expectation expects;
	__u8 pad;
	__u32 port;
	__u8 head[FTP_HEAD_MAX + 8];	/* of the frame; the rest so that what begins within it may be read */
	__u32 transport;		/* where the TCP header begins in it, */
	__u32 text;			/* the text, */
	__u32 end;			/* and where what is there of the text ends */
	bool is_changed;		/* the TCP header is not as it came */
	__u8 pad2[3];
	/* Of the reading that goes on (ftp_text.h); here, since the verifier follows what is on a stack value by value. */
	__u32 at;
	__u32 from;
	__u32 to;
	__u32 value;
	__u32 count;
	__u32 digits;
	__u32 gap;
	__u8 phase;
	__u8 separator;
	__u8 wanted;
	__u8 numbers[8];
	__u16 groups[8];
	__u32 marks[4];
	struct ftp_place place;
	struct facts key;		/* of the data connection: no stack has room for it */
	/* What is to stand in [from, to) of the head instead. */
	__u32 new_size;
	__u8 new_text[FTP_TEXT_MAX];
};

ARRAY(ftp_works, struct ftp_work);	/* [CPU] */

static __always_inline struct ftp_work *
ftp_work_here(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&ftp_works, &cpu);
}

static __always_inline __u8
byte_at(const struct ftp_work *work, __u32 at)
{
	return work->head[at & (FTP_HEAD_MAX - 1)];
}

static __always_inline struct tcphdr *
tcp_of(struct ftp_work *work)
{
	__u32 at = work->transport;

	return is_within(&at, 0, FTP_TRANSPORT_MAX) ? (struct tcphdr *)&work->head[at] : NULL;
}
