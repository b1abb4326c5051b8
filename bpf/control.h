/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What binds connections to the persistence template that they were opened by. A template is not over while connections that
 * it controls go on: when its time is up, it is given another minute, as often as needed (ip_vs_conn_expire). Its tag and
 * expiry are one word: who renews it and who ends it both swap that word, so that only one of them succeeds, and who has renewed
 * it has time to count a connection more in `peer`.
 *
 * A data connection of FTP is controlled too, by its control connection (ip_vs_control_add), which is not over before it is. Nothing
 * is counted there: whenever the data connection is looked after, so is the other.
 */
#pragma once

#include "connection.h"

/* The sweeper comes by within three seconds; until then a connection may be counted that was over before its template. */
#define DOUBT_S 4

static __always_inline __u64
tag_and_expiry(__u32 tag, __u32 expires)
{
	struct {
		__u32 tag;
		__u32 expires;
	} both __attribute__((aligned(8))) = { tag, expires };

	return *(__u64 *)&both;
}

static __always_inline bool
swap_expiry(struct connection *line, __u32 tag, __u32 from, __u32 new_tag, __u32 to)
{
	__u64 before = tag_and_expiry(tag, from);

	return __sync_val_compare_and_swap((__u64 *)line, before, tag_and_expiry(new_tag, to)) == before;
}

/* How many jiffies a template lives after a connection was opened by it. */
static __always_inline __u32
lifetime_of(const struct connection *template)
{
	__u32 jiffies;

	copy(&jiffies, template->mac, sizeof(jiffies));
	return jiffies;
}

static __always_inline void
set_lifetime(struct connection *template, __u32 jiffies)
{
	copy(template->mac, &jiffies, sizeof(jiffies));
}

static __always_inline void
give_respite(struct connection *template, __u32 tag, __u32 expires)
{
	if (swap_expiry(template, tag, expires, tag, expires + TEMPLATE_RESPITE_S * limits.hz))
		set_lifetime(template, TEMPLATE_RESPITE_S * limits.hz);
}

/* Of a controlled connection. A masqueraded one's `peer` leads to its reply's line, by which its template is noted. */
static __always_inline struct connection *
template_of(const struct connection *line)
{
	const __u32 *control;
	struct connection *template;
	__u32 index = line->peer;

	if ((line->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE) {
		control = bpf_map_lookup_elem(&controls, &index);
		if (!control)
			return NULL;
		index = *control;
	}
	template = connection_at(index);
	return template && template->flags & CONNECTION_TEMPLATE ? template : NULL;
}

/* Of what `controls` holds: the rest is the index of an FTP control connection's line. No table has a line of the whole number. */
#define CONTROL_FTP 0x80000000

/* A data connection goes on, and with it its control connection. */
static __always_inline void
keep_ftp_control(const struct connection *line)
{
	__u32 reply = line->peer;
	const __u32 *control = bpf_map_lookup_elem(&controls, &reply);
	struct connection *other = control && *control & CONTROL_FTP ? connection_at(*control & ~CONTROL_FTP) : NULL;

	/* Its line may be another's by now. */
	if (other && other->tag >= TAG_FIRST && is_ftp_control(other) && other->real_server == line->real_server &&
	    is_past(other->expires, line->expires))
		other->expires = line->expires;
}

static __always_inline bool
is_established(enum connection_state state)
{
	return state == STATE_ESTABLISHED || state == STATE_SCTP_ESTABLISHED;
}

/* From now on it is not given up when the table is full. */
static __always_inline void
note_assured(struct connection *template)
{
	template->state = TEMPLATE_ASSURED;
	template->flags &= ~CONNECTION_HALF_OPEN;
}

/* One of the connections is established. */
__noinline int
assure_template(struct connection *line)
{
	struct connection *template = line ? template_of(line) : NULL;

	if (template && template->state != TEMPLATE_ASSURED)
		note_assured(template);
	return 0;
}

/*
 * To be called before `line`, whose own `peer` is known by now, is published; it counts among the template's already. index: the
 * template's, or one with CONTROL_FTP.
 */
static __always_inline void
put_under_control(struct connection *line, __u32 index)
{
	struct connection *template = connection_at(index);
	__u32 reply = line->peer, *control;

	if (!template && !(index & CONTROL_FTP))
		return;
	if ((line->flags & CONNECTION_METHOD) == FORWARDING_MASQUERADE) {
		control = bpf_map_lookup_elem(&controls, &reply);
		if (!control)
			return;
		*control = index;
	} else {
		line->peer = index;
	}
	line->flags |= CONNECTION_CONTROLLED;
	if (template && is_established(line->state))
		note_assured(template);
}

/* Nothing came of a connection that was counted among the template's. One made just for it ends with it. */
static __always_inline void
let_go_of_template(__u32 index, bool is_new, __u32 now)
{
	struct connection *template = connection_at(index);

	if (template && __sync_fetch_and_add(&template->peer, -1) == 1 && is_new)
		template->expires = now;
}

/*
 * The end of a controlled connection. One that was given up half-open, because the table is full, takes a template with it that
 * nothing ever came of: or else a flood of SYNs would fill the table with templates.
 */
__noinline int
release_control(struct connection *line, __u32 now)
{
	struct connection *template;
	bool is_given_up;
	__u32 end;

	if (!line)
		return 0;
	template = template_of(line);
	if (!template)
		return 0;
	is_given_up = line->flags & CONNECTION_HALF_OPEN && !is_past(line->expires, now);
	end = is_past(line->expires, now) ? line->expires : now;
	if (is_past(template->expires, end))
		give_respite(template, template->tag, template->expires);
	if (__sync_fetch_and_add(&template->peer, -1) == 1 && is_given_up && template->state != TEMPLATE_ASSURED)
		template->expires = now;
	return 0;
}

/* Whether a template whose time is up is now the caller's (TAG_BUSY). */
__noinline int
claim_template(struct connection *line, __u32 tag, __u32 now)
{
	__u32 expires;

	if (!line)
		return false;
	expires = line->expires;
	if (!is_past(expires, now))
		return false;
	if (!line->peer)
		return swap_expiry(line, tag, expires, TAG_BUSY, expires);
	if (is_past(expires + DOUBT_S * limits.hz, now))
		give_respite(line, tag, expires);
	return false;
}

/* The same at any time, of one without connections: the table is full. */
__noinline int
claim_unused_template(struct connection *line, __u32 tag)
{
	__u32 expires;

	if (!line)
		return false;
	expires = line->expires;
	return !line->peer && swap_expiry(line, tag, expires, TAG_BUSY, expires);
}
