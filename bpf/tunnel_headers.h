/* SPDX-License-Identifier: GPL-2.0-only */
/* What can stand between outer IP header and packet: for the director, who puts it there, and the real server, who takes it off. */
#pragma once

#include "bpf.h"

#define GRE_HAS_CHECKSUM bpf_htons(0x8000)

/* RFC 2784. Neither key nor sequence number, as IPVS sends it. */
struct gre_header {
	__be16 flags;
	__be16 ethertype;		/* of the packet inside */
	/* With GRE_HAS_CHECKSUM only: */
	__u16 check;			/* of this header and all that follows */
	__be16 reserved;
};

#define GRE_SIZE offsetof(struct gre_header, check)

/* draft-ietf-intarea-gue, variant 0. */
struct gue_header {
	struct udphdr udp;
	__u8 variant_and_length;	/* 0: variant 0, no optional fields */
	__u8 protocol;			/* of the packet inside */
	__be16 flags;
};
