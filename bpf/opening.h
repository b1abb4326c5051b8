/* SPDX-License-Identifier: GPL-2.0-only */
/* What a new connection is made of. */
#pragma once

#include "service.h"

struct opening {
	__u64 hash;
	__u32 real_server;
	__u8 mac[ETH_ALEN];		/* that the packet was for */
	__u8 method;			/* out, as the rest */
	bool stateless;			/* no line was free, but the packet can go without one */
	__u32 line;			/* index */
	int template;			/* that it is opened by: index of its line, or NO_LINE; or as is_expected says */
	struct found found;		/* how its service was */
	__be16 port;			/* of the real server, if its record leaves that open; 0: the one that the client asked for */
	bool is_persistent;
	bool awaits_reply_line;
	bool is_template_new;		/* made for this connection */
	bool is_assembled;		/* its packet came in fragments */
	bool is_called;			/* by a real server's own packet, see calling.h: */
	__u8 pad;
	__u32 caller;			/* its number */
};

/* Where each CPU makes one up: the stack is short. */
ARRAY(openings, struct opening);	/* [CPU] */

/* A fresh one. */
static __always_inline struct opening *
opening_here(__u64 hash)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct opening *opening = bpf_map_lookup_elem(&openings, &cpu);

	if (!opening)
		return NULL;
	clear(opening, sizeof(*opening));
	opening->hash = hash;
	opening->template = NO_LINE;
	return opening;
}

/* A data connection of FTP: `template` is the index of its control connection's line, with CONTROL_FTP. IPVS does not count it as opened. */
static __always_inline bool
is_expected(const struct opening *opening)
{
	return opening->template < NO_LINE;
}

/* A key must be on the stack for kernels as old as 6.1. */
static __always_inline const struct real_server *
server_of(const struct opening *opening)
{
	__u32 number = opening->real_server;

	return bpf_map_lookup_elem(&real_servers, &number);
}
