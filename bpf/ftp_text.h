/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is said on a control connection about data connections (RFC 959, RFC 2428), read as ip_vs_ftp_get_addrport does: only
 * where a segment begins with it, and only if it is whole. PASV and EPSV are found anywhere in a segment.
 */
#pragma once

#include "ftp_reading.h"

#define LOWER_CASE 0x20202020

/* Four characters; 0 if they, and `more` behind them, are not there. */
static __always_inline __u32
word_at(const struct ftp_work *work, __u32 at, __u32 more)
{
	if (at + 4 + more > work->end)
		return 0;
	return WORD(byte_at(work, at), byte_at(work, at + 1), byte_at(work, at + 2), byte_at(work, at + 3));
}

/* Of letters, which may be small or large. */
static __always_inline __u32
command_at(const struct ftp_work *work, __u32 at, __u32 more)
{
	return word_at(work, at, more) | LOWER_CASE;
}

/* ---- commands of the client ---------------------------------------------------------------------------------------- */

/* "PORT a,a,a,a,p,p" */
static __always_inline bool
read_port_command(struct ftp_work *work)
{
	if (command_at(work, work->text, 1) != WORD('p', 'o', 'r', 't') || byte_at(work, work->text + 4) != ' ' ||
	    !read_numbers(work, work->text + 5, ',', 6))
		return false;
	work->place.address[0] = first_four(work);
	work->place.address[1] = 0;
	work->place.port = (__u16)work->numbers[4] | (__u16)work->numbers[5] << 8;
	return true;
}

/* "EPRT |1|address|port|", 2 for IPv6; only of the connection's own family. */
static __always_inline bool
read_extended_port_command(struct ftp_work *work, enum family family)
{
	__u32 second, third, port;

	if (command_at(work, work->text, 1) != WORD('e', 'p', 'r', 't') || byte_at(work, work->text + 4) != ' ' ||
	    !read_fields(work, work->text + 4, ' '))
		return false;
	second = work->marks[1];
	third = work->marks[2];
	port = read_port(work, third + 1, work->marks[3]);
	if (!port || second != work->marks[0] + 2 || byte_at(work, second - 1) != (family == FAMILY_IPV4 ? '1' : '2'))
		return false;
	work->place.port = bpf_htons(port);
	return family == FAMILY_IPV4 ? read_ipv4_place(work, second + 1, third) : read_ipv6_place(work, second + 1, third);
}

/* At `at`: "PASV\r\n", "EPSV\r" or "EPSV 1\r", 2 for IPv6. */
static __always_inline enum ftp_reply
passive_command_at(const struct ftp_work *work, __u32 at, enum family family)
{
	__u32 word = command_at(work, at, 2);
	__u8 next = byte_at(work, at + 4), other = byte_at(work, at + 5);

	if (word == WORD('p', 'a', 's', 'v') && family == FAMILY_IPV4 && next == '\r' && other == '\n')
		return FTP_REPLY_PASSIVE;
	if (word != WORD('e', 'p', 's', 'v'))
		return FTP_REPLY_NONE;
	if (next == '\r')
		return FTP_REPLY_EXTENDED;
	return next == ' ' && other == (family == FAMILY_IPV4 ? '1' : '2') && at + 6 < work->end &&
			       byte_at(work, at + 6) == '\r' ? FTP_REPLY_EXTENDED : FTP_REPLY_NONE;
}

struct ftp_search {
	struct ftp_work *work;
	__u32 found;
	enum family family;
	__u8 pad[3];
};

static long
find_passive_step(__u32 step, void *context)
{
	struct ftp_search *search = context;
	struct ftp_work *work = search->work;
	__u32 at = work->text + step;

	if (at + 6 > work->end)
		return 1;
	search->found = passive_command_at(work, at, search->family);
	return search->found != FTP_REPLY_NONE;
}

/* The reply that the client has asked for. */
static __always_inline enum ftp_reply
find_passive_command(struct ftp_work *work, enum family family)
{
	struct ftp_search search = { .work = work, .family = family };

	bpf_loop(FTP_HEAD_MAX, find_passive_step, &search, 0);
	return search.found;
}

/* ---- replies of the real server ------------------------------------------------------------------------------------ */

/* "227 ... (a,a,a,a,p,p)": the port, 0 if it is not that. [from, to) is what stands between the parentheses. */
static __always_inline __u32
read_passive_reply(struct ftp_work *work)
{
	if (word_at(work, work->text, 0) != WORD('2', '2', '7', ' ') || !read_numbers(work, work->text + 4, ',', 6))
		return 0;
	return (__u32)work->numbers[4] << 8 | work->numbers[5];
}

/* "229 ... (|||port|)", likewise. */
static __always_inline __u32
read_extended_reply(struct ftp_work *work)
{
	if (word_at(work, work->text, 0) != WORD('2', '2', '9', ' ') || !read_fields(work, work->text + 4, '('))
		return 0;
	work->from = work->marks[0];
	work->to = work->marks[3] + 1;
	return read_port(work, work->marks[2] + 1, work->marks[3]);
}

/* ---- what is to stand there instead -------------------------------------------------------------------------------- */

static __always_inline void
add_character(struct ftp_work *work, __u8 c)
{
	work->new_text[work->new_size & (FTP_TEXT_MAX - 1)] = c;
	work->new_size++;
}

static __always_inline void
add_number(struct ftp_work *work, __u32 number)
{
	bool has_begun = false;

	for (__u32 unit = 10000; unit; unit /= 10) {
		__u32 digit = number / unit % 10;

		has_begun = has_begun || digit || unit == 1;
		if (has_begun)
			add_character(work, '0' + digit);
	}
}

/* "a,a,a,a,p,p" */
static __noinline int
compose_passive(struct ftp_work *work, __be32 address, __u32 port)
{
	work->new_size = 0;
	for (int i = 0; i < 4; i++) {
		add_number(work, ((__u8 *)&address)[i]);
		add_character(work, ',');
	}
	add_number(work, port >> 8 & 255);
	add_character(work, ',');
	add_number(work, port & 255);
	return 0;
}

/* "|||port|": the client knows the address. */
static __noinline int
compose_extended(struct ftp_work *work, __u32 port)
{
	work->new_size = 0;
	for (int i = 0; i < 3; i++)
		add_character(work, '|');
	add_number(work, port);
	add_character(work, '|');
	return 0;
}
