/* SPDX-License-Identifier: GPL-2.0-only */
/* What parsing learned of a packet. Later steps read this and never parse again. */
#pragma once

#include "bpf.h"
#include "abi.h"

#define VLAN_TAGS_MAX 2

struct vlan_header {
	__be16 tci;
	__be16 ethertype;
};

/* Plain values, so that functions of their own (which the verifier checks once, apart) may be given them. */
struct facts {
	/* As in struct connection: what a line is found by. */
	__u64 addresses[4];
	union {
		struct {
			__be16 source_port;
			__be16 destination_port;
		};
		__u32 ports;
	};
	__u8 protocol;
	enum family family;
	__u8 tcp_flags;			/* byte 13 of the TCP header; 0 for others */
	__u8 ttl;			/* or hop limit */
	__u16 network_offset;		/* of the IP header in the frame */
	__u16 transport_offset;		/* of the TCP, UDP or SCTP header in the frame */
	__u16 length;			/* of the IP packet, its header included */
	bool may_fragment;		/* IPv4 without DF */
	__u8 sctp_event;		/* enum sctp_event; 0 for others */
	__u32 now;			/* low half of jiffies */
	bool is_quoted;			/* read from an ICMP error: no packet that came */
	__u8 pad;
	__u16 other_state;		/* where a packet that is not TCP's brings its connection; STATE_UDP but for SCTP */
};

/*
 * The facts, and pointers that are valid until the frame's head moves. The whole network and transport headers lie before
 * `end`; the verifier forgets it where family and protocol went through memory, so who writes to them shows it once more.
 */
struct packet {
	struct facts;
	struct ethhdr *link;
	void *network;
	void *transport;
	void *end;
};

#define facts_of(packet) ((struct facts *)(packet))

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10

/* Both in the one piece in which they are compared with a line's. */
static __always_inline void
set_kind(struct facts *packet, __u8 protocol, enum family family)
{
	*(__u16 *)&packet->protocol = bpf_ntohs(protocol << 8 | family);
}

static __always_inline __u16
kind_of(const struct facts *packet)
{
	return *(const __u16 *)&packet->protocol;
}

static __always_inline bool
is_opening(const struct facts *packet)
{
	return packet->protocol == IPPROTO_TCP && packet->tcp_flags & TCP_SYN;
}

/* Nobody sends from there: the kernel drops such packets before IPVS sees them (ip_route_input_slow, ip6_rcv). */
static __always_inline bool
is_impossible_source(const struct facts *packet)
{
	__u8 first = packet->addresses[0];

	if (packet->family == FAMILY_IPV4)
		return first == 0 || first == 127 || first >= 224;
	return first == 0xff || (!packet->addresses[0] && bpf_be64_to_cpu(packet->addresses[1]) <= 1);
}

/* Which of the four words of addresses hold the destination, and where in it. */
static __always_inline __u32
source_ipv4(const struct facts *packet)
{
	return (__u32)packet->addresses[0];
}

static __always_inline __u32
destination_ipv4(const struct facts *packet)
{
	return (__u32)(packet->addresses[0] >> 32);
}

/* One side's address in the first of ADDRESS_SIZE bytes, the rest zero: as records of user space's have it. */
static __always_inline void
read_source(const struct facts *packet, __u64 *address)
{
	address[0] = packet->family == FAMILY_IPV4 ? source_ipv4(packet) : packet->addresses[0];
	address[1] = packet->family == FAMILY_IPV4 ? 0 : packet->addresses[1];
}

static __always_inline void
read_destination(const struct facts *packet, __u64 *address)
{
	address[0] = packet->family == FAMILY_IPV4 ? destination_ipv4(packet) : packet->addresses[2];
	address[1] = packet->family == FAMILY_IPV4 ? 0 : packet->addresses[3];
}
