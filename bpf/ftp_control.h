/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control connections of FTP: masqueraded ones to port 21, as IPVS's helper has it (ip_vs_ftp.c). What has to be known of one
 * beyond its line is kept from its client's first command for a data connection until its line ends.
 */
#pragma once

#include "maps.h"

#define FTP_PORT 21
#define FTP_DATA_PORT 20

/* The reply in which the real server names a port to connect to. */
enum ftp_reply : __u8 {
	FTP_REPLY_NONE = 0,
	FTP_REPLY_PASSIVE = 1,		/* 227, to PASV */
	FTP_REPLY_EXTENDED = 2,		/* 229, to EPSV */
};

/*
 * Sequence numbers are the real server's. The client counts more or fewer bytes than it sent once the text of a reply has
 * changed in length: shift_after more behind the last segment that was changed, shift_before up to it.
 */
struct ftp_control {
	__u32 changed_at;		/* where that segment began */
	__s32 shift_before;
	__s32 shift_after;
	enum ftp_reply awaited;
	bool is_changed;		/* changed_at means something */
	__u8 pad[2];
};

/* Filled by replacing values, so that nobody sees half of one. Elements take memory only when they are there. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, __u64);		/* see ftp_control_key */
	__type(value, struct ftp_control);
} ftp_controls SEC(".maps");

static __always_inline void
forget_ftp_control(__u64 key)
{
	bpf_map_delete_elem(&ftp_controls, &key);
}

/* A line of a request. */
static __always_inline bool
is_ftp_control(const struct connection *line)
{
	return line->destination_port == bpf_htons(FTP_PORT) && line->protocol == IPPROTO_TCP &&
	       !(line->flags & (CONNECTION_METHOD | CONNECTION_REPLY | CONNECTION_TEMPLATE));
}
