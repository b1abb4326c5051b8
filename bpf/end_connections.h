/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ends connections by command: those of a real server that is removed, or whichever the controller chooses. Only the data plane
 * writes lines, so this is a program that the controller runs, some hundred thousand lines at a time.
 */
#pragma once

#include "service.h"
#include "tcp_state.h"

static __always_inline bool
is_in_network(const struct endpoint_choice *choice, const void *address)
{
	const __u64 *wanted = (const __u64 *)choice->address, *mask = (const __u64 *)choice->mask, *got = address;

	return !((wanted[0] ^ got[0]) & mask[0]) && !((wanted[1] ^ got[1]) & mask[1]);
}

static __always_inline bool
is_chosen_endpoint(const struct endpoint_choice *choice, enum family family, const void *address, __be16 port)
{
	if (choice->port && choice->port != port)
		return false;
	return choice->family == FAMILY_NONE || (choice->family == family && is_in_network(choice, address));
}

static __always_inline enum family
family_of(const struct connection *line)
{
	return line->family & ~FAMILY_TEMPLATE;
}

/* One side of what a line was opened by, as ADDRESS_SIZE bytes. */
static __always_inline void
read_side(const struct connection *line, bool is_destination, __u64 *address)
{
	if (family_of(line) == FAMILY_IPV4) {
		address[0] = (__u32)(is_destination ? line->addresses[0] >> 32 : line->addresses[0]);
		address[1] = 0;
		return;
	}
	address[0] = is_destination ? line->addresses[2] : line->addresses[0];
	address[1] = is_destination ? line->addresses[3] : line->addresses[1];
}

static __always_inline bool
is_chosen_server(const struct connections_to_end *choice, const struct connection *line)
{
	__u32 number = line->real_server;
	const struct real_server *server = bpf_map_lookup_elem(&real_servers, &number);

	if (!server || (choice->real_server != ANY_NUMBER && choice->real_server != number) ||
	    (choice->service != ANY_NUMBER && choice->service != server->service) ||
	    (choice->only_removed && !(server->flags & REAL_SERVER_DELETED)))
		return false;
	return is_chosen_endpoint(&choice->real, server->family, server->address,
				  port_of_connection(server, line->destination_port, line->flags));
}

/* As people are told: a UDP line that is in no state yet is UDP's too. */
static __always_inline enum connection_state
state_told(const struct connection *line)
{
	return line->protocol == IPPROTO_UDP ? STATE_UDP : line->state;
}

static __always_inline bool
is_chosen_line(const struct connections_to_end *choice, const struct connection *line)
{
	__u64 client[2], virtual[2];

	if ((choice->states && !(choice->states >> (state_told(line) & 31) & 1)) ||
	    (choice->protocol && choice->protocol != line->protocol))
		return false;
	read_side(line, false, client);
	read_side(line, true, virtual);
	return is_chosen_endpoint(&choice->client, family_of(line), client, line->source_port) &&
	       is_chosen_endpoint(&choice->virtual_service, family_of(line), virtual, line->destination_port) &&
	       is_chosen_server(choice, line);
}

/* What is left of it knows packets, is of no real server, and makes way for others when the table is full. */
static __always_inline void
leave_trace(struct connection *line, __u8 flags)
{
	line->real_server = NO_REAL_SERVER_NUMBER;
	__sync_fetch_and_or(state_word(line), (__u32)flags << FLAGS_SHIFT);
}

static __always_inline void
end_reply(struct connection *request, __u32 index, __u32 now, bool is_told)
{
	struct connection *reply = connection_at(request->peer);

	if ((request->flags & CONNECTION_METHOD) != FORWARDING_MASQUERADE || !reply || reply->tag < TAG_FIRST ||
	    !(reply->flags & CONNECTION_REPLY) || reply->peer != index)
		return;
	if (is_told)
		leave_trace(reply, CONNECTION_TOLD);
	else
		delete_line(reply, now);
}

/* The line is the caller's (TAG_BUSY). */
static __always_inline void
end_claimed(struct connection *line, __u32 index, __u32 now, __u32 tag, enum connection_end end)
{
	if (end == END_RESCHEDULE) {
		end_connection(line, index, now);
		delete_line(line, now);
		return;
	}
	take_off_load(line);
	note_end(line->real_server);
	if (line->flags & CONNECTION_CONTROLLED)
		release_control(line, now);
	end_reply(line, index, now, end == END_RESET);
	leave_trace(line, CONNECTION_HALF_OPEN | (end == END_RESET ? CONNECTION_TOLD : 0));
	__sync_fetch_and_and(state_word(line), ~((__u32)CONNECTION_CONTROLLED << FLAGS_SHIFT | STATE_OVER << STATE_SHIFT));
	__sync_lock_test_and_set(&line->tag, tag);
}

/* No connection is opened by it any more. One that controls connections is not over before they are. */
static __always_inline bool
end_template(struct connection *line, __u32 index, __u32 now, __u32 tag)
{
	if (!claim_unused_template(line, tag)) {
		line->destination_port = 0xffff;
		return line->tag == tag;
	}
	end_connection(line, index, now);
	delete_line(line, now);
	return true;
}

struct ending_walk {
	struct connections_to_end choice;
	__u32 now;
} __attribute__((aligned(8)));

static long
end_line(__u32 step, void *context)
{
	struct ending_walk *walk = context;
	__u32 index = walk->choice.first + step;
	struct connection *line = connection_at(index);
	__u32 tag;

	if (!line)
		return 1;
	tag = line->tag;
	if (tag < TAG_FIRST || line->flags & CONNECTION_REPLY || !is_live(line, walk->now) ||
	    !is_chosen_line(&walk->choice, line))
		return 0;
	if (line->flags & CONNECTION_TEMPLATE) {
		walk->choice.ended += end_template(line, index, walk->now, tag);
		return 0;
	}
	if (!claim(line, tag))
		return 0;
	end_claimed(line, index, walk->now, tag, walk->choice.end);
	walk->choice.ended++;
	return 0;
}

SEC("syscall")
int end_connections(struct connections_to_end *choice)
{
	struct ending_walk walk = { .choice = *choice, .now = bpf_jiffies64() };

	walk.choice.ended = 0;
	bpf_loop(walk.choice.count, end_line, &walk, 0);
	choice->ended = walk.choice.ended;
	return 0;
}
