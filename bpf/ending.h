/* SPDX-License-Identifier: GPL-2.0-only */
/* How every journey ends: counted under its outcome, then sent, passed on, dropped, or handed to a program of its own. */
#pragma once

#include "connection.h"
#include "outcome.h"
#include "packet.h"

/* What the last steps have to know. */
struct ending {
	int action;			/* XDP's, where the outcome alone does not say */
	__u32 mtu;			/* TOO_BIG: what would have fitted */
	__u32 real_server;		/* NEIGHBOUR_UNRESOLVED: whose; NO_REAL_SERVER_NUMBER: of who the packet is for */
	bool answers;			/* the client is told by ICMP */
	bool stateless;			/* forwarded without a connection */
	bool assembled;			/* from fragments, see departure.h; a constant in each program, as the next */
	bool helped;			/* what FTP asks for has been done, see ftp.h */
};

/* From here to the program that goes on: one a CPU. */
struct errand {
	enum outcome outcome;
	bool stateless;			/* ERRAND_DETOUR's, as the next */
	__u8 method;
	__u8 pad;
	__u32 mtu;
	__u32 real_server;
	/* Of a packet put together from fragments (here, for there is no room on its programs' stacks): */
	__u32 assembly;			/* index; of any other packet NO_ASSEMBLY */
	__u32 largest;			/* of its fragments */
	__u32 ifindex;			/* where it leaves; 0: it does not */
	bool passes;			/* to the host */
	bool answers;
	__be16 port;			/* ERRAND_DETOUR's: as in struct destination */
	bool is_assembled;		/* ERRAND_CALL's */
	__u8 pad2[3];
};

#define NO_ASSEMBLY (~0U)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct errand);
} errands SEC(".maps");			/* [CPU] */

enum {
	ERRAND_ANSWER,			/* tell the client by ICMP */
	ERRAND_PROBE,			/* make the kernel resolve a neighbour */
	ERRAND_UNCOMMON,		/* direct a packet that is not plain */
	ERRAND_RESET,			/* tell the sender that its connection was ended */
	ERRAND_DETOUR,			/* forward what does not simply go its way */
	ERRAND_ICMP,			/* an ICMP error: find out what it is about */
	ERRAND_SEND_ERROR,		/* one to a real server */
	ERRAND_TUNNEL_ERROR,		/* one that may be about the outer packet of a tunnel */
	ERRAND_SCHEDULE_ICMP,		/* one about a connection that it may open */
	ERRAND_TELL_REAL_SERVER,	/* that a packet of its belongs to no connection */
	ERRAND_FRAGMENT,		/* keep it until its packet is whole */
	ERRAND_DIRECT,			/* direct a packet that has become whole, */
	ERRAND_FORWARD,			/* forward it, */
	ERRAND_DEPART,			/* and have it sent */
	ERRAND_FTP,			/* direct a packet of a control connection */
	ERRAND_CALL,			/* a packet of a real server, of no connection: it may open one */
	ERRAND_PASS_CALL,		/* send it as a reply, and remember no connection */
	ERRAND_PASS_CALL_ASSEMBLED,	/* the same of one that came in fragments */
	ERRAND_COUNT,
};

int answer_client(struct xdp_md *ctx);
int probe_neighbour(struct xdp_md *ctx);
int xdpvs_uncommon(struct xdp_md *ctx);
int reset_sender(struct xdp_md *ctx);
int take_detour(struct xdp_md *ctx);
int relay_icmp_error(struct xdp_md *ctx);
int send_icmp_error(struct xdp_md *ctx);
int relay_tunnel_error(struct xdp_md *ctx);
int schedule_icmp_error(struct xdp_md *ctx);
int tell_real_server(struct xdp_md *ctx);
int gather_fragment(struct xdp_md *ctx);
int direct_assembled(struct xdp_md *ctx);
int forward_assembled(struct xdp_md *ctx);
int depart_assembled(struct xdp_md *ctx);
int follow_ftp(struct xdp_md *ctx);
int call_client(struct xdp_md *ctx);
int pass_call(struct xdp_md *ctx);
int pass_call_assembled(struct xdp_md *ctx);
int shift_numbers(struct xdp_md *ctx, __u32 at, __u64 key, __u32 is_reply);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, ERRAND_COUNT);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} errand_programs SEC(".maps") = {
	.values = {
		[ERRAND_ANSWER] = (void *)&answer_client,
		[ERRAND_PROBE] = (void *)&probe_neighbour,
		[ERRAND_UNCOMMON] = (void *)&xdpvs_uncommon,
		[ERRAND_RESET] = (void *)&reset_sender,
		[ERRAND_DETOUR] = (void *)&take_detour,
		[ERRAND_ICMP] = (void *)&relay_icmp_error,
		[ERRAND_SEND_ERROR] = (void *)&send_icmp_error,
		[ERRAND_TUNNEL_ERROR] = (void *)&relay_tunnel_error,
		[ERRAND_SCHEDULE_ICMP] = (void *)&schedule_icmp_error,
		[ERRAND_TELL_REAL_SERVER] = (void *)&tell_real_server,
		[ERRAND_FRAGMENT] = (void *)&gather_fragment,
		[ERRAND_DIRECT] = (void *)&direct_assembled,
		[ERRAND_FORWARD] = (void *)&forward_assembled,
		[ERRAND_DEPART] = (void *)&depart_assembled,
		[ERRAND_FTP] = (void *)&follow_ftp,
		[ERRAND_CALL] = (void *)&call_client,
		[ERRAND_PASS_CALL] = (void *)&pass_call,
		[ERRAND_PASS_CALL_ASSEMBLED] = (void *)&pass_call_assembled,
	},
};

static __always_inline struct errand *
errand_here(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&errands, &cpu);
}

/* Returns only if the errand cannot be run. */
static __always_inline void
run_errand(struct xdp_md *ctx, __u32 program, enum outcome outcome, const struct ending *ending)
{
	struct errand *errand = errand_here();

	if (!errand)
		return;
	errand->outcome = outcome;
	errand->mtu = ending->mtu;
	errand->real_server = ending->real_server;
	if (!ending->assembled)
		errand->assembly = NO_ASSEMBLY;
	bpf_tail_call(ctx, &errand_programs, program);
}

/* What a real server sends may open a connection: see calling.h. Returns for all else, and if that cannot be run. */
static __always_inline void
leave_to_calling(struct xdp_md *ctx, const struct facts *packet, const struct ending *ending)
{
	struct errand *errand = errand_here();

	if (!(settings.flags & SETTING_CALLING) || packet->protocol != IPPROTO_UDP || !errand)
		return;
	errand->is_assembled = ending->assembled;
	bpf_tail_call(ctx, &errand_programs, ERRAND_CALL);
}

/*
 * A control connection of FTP is followed in a program of its own. Returns for any other, and for packets put together from
 * fragments, whose text is elsewhere: their numbers follow, but nothing is read.
 */
static __always_inline void
leave_to_ftp(struct xdp_md *ctx, const struct facts *packet, const struct connection *request, bool is_reply,
	     const struct ending *ending)
{
	const struct connection *reply;

	if (ending->helped || !is_ftp_control(request))
		return;
	if (!ending->assembled)
		bpf_tail_call(ctx, &errand_programs, ERRAND_FTP);
	reply = connection_at(request->peer);
	if (ending->assembled && reply)
		shift_numbers(ctx, packet->transport_offset, ftp_control_key(request, reply->peer), is_reply);
}

static __always_inline int
conclude(struct xdp_md *ctx, enum outcome outcome, const struct ending *ending)
{
	count_outcome(outcome);
	if (likely(ending->action))
		return ending->action;
	if (unlikely(ending->answers && (outcome == NO_REAL_SERVER || outcome == TTL_EXCEEDED || outcome == TOO_BIG)))
		run_errand(ctx, ERRAND_ANSWER, outcome, ending);
	if (unlikely(outcome == NEIGHBOUR_UNRESOLVED))
		run_errand(ctx, ERRAND_PROBE, outcome, ending);
	if (unlikely(outcome == CONNECTION_RESET))
		run_errand(ctx, ERRAND_RESET, outcome, ending);
	return action_of(outcome);
}
