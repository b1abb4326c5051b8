/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Persistence (-p), as ip_vs_sched_persist has it: the first connection of a client is scheduled, and a template remembers
 * where to, for all that come from the client's network within the template's time. With a persistence engine (--pe sip) there is
 * a template for each call of the client's network: for each Call-ID.
 */
#pragma once

#include "call_reading.h"
#include "control.h"
#include "opening.h"

/* Times are compared by the sign of their difference. */
#define LIFETIME_MAX 0x7fff0000U

/* The upper `length` bits of a word of an IPv6 address. */
static __always_inline __u64
prefix_of(__u64 word, int length)
{
	if (length <= 0)
		return 0;
	if (length >= 64)
		return word;
	return word & bpf_cpu_to_be64(~0ULL << (64 - length));
}

/* Whose Call-ID, as read_call found it, the templates of a service are for; NULL: they are for all of a network. */
static __always_inline const struct call_work *
call_for(const struct virtual_service *service)
{
	return unlikely(service->flags & SERVICE_ENGINE_SIP) ? call_work_here() : NULL;
}

/*
 * The key of the template that a packet's connection is opened by, and its hash. The virtual side is the mark, under protocol
 * 0; or the address, with its port if the service has that one, but for FTP, whose data connections go to others.
 */
static __always_inline __u64
describe_template(const struct virtual_service *service, const struct facts *packet, const struct found *found,
		  struct facts *key)
{
	const struct call_work *call = call_for(service);
	bool is_marked = found->match == MATCH_MARK;
	__be32 mark = bpf_htonl(found->mark);
	__u64 hash;

	key->family = packet->family;
	key->protocol = is_marked ? 0 : packet->protocol;
	if (found->match == MATCH_PORT && packet->destination_port != bpf_htons(FTP_PORT))
		key->destination_port = packet->destination_port;
	if (packet->family == FAMILY_IPV4) {
		__be32 client = source_ipv4(packet) & bpf_htonl(service->persistence_mask);

		key->addresses[0] = client | (__u64)(is_marked ? mark : destination_ipv4(packet)) << 32;
	} else {
		key->addresses[0] = prefix_of(packet->addresses[0], service->persistence_mask);
		key->addresses[1] = prefix_of(packet->addresses[1], (int)service->persistence_mask - 64);
		key->addresses[2] = is_marked ? 0 : packet->addresses[2];
		key->addresses[3] = is_marked ? 0 : packet->addresses[3];
		if (is_marked)
			*(__be32 *)&key->addresses[2] = mark;
	}
	hash = hash_packet(key);
	if (call)
		hash = (hash ^ call->hash) * limits.hash_keys[4];
	key->family |= FAMILY_TEMPLATE;
	return hash;
}

/* IPVS goes by a template to an overloaded real server too, and to a quiesced one unless expire_quiescent_template is set. */
static __always_inline bool
is_still_usable(const struct real_server *server)
{
	if (!server || server->flags & REAL_SERVER_DELETED)
		return false;
	return server->weight || !settings.expire_quiescent_template;
}

/* Nobody finds it any more; it stays in listings, on this port, until its time is up, which it is given back. */
static __always_inline void
invalidate_template(struct connection *template, __u32 expires)
{
	template->destination_port = 0xffff;
	template->expires = expires;
}

/* Its time begins anew. False: it has just ended. */
static __always_inline bool
renew_template(struct connection *template, __u32 tag, __u32 now)
{
	for (int attempt = 0; attempt < 4; attempt++) {
		__u32 expires = *(volatile __u32 *)&template->expires;

		if (is_past(expires, now)) {
			if (!*(volatile __u32 *)&template->peer)
				return false;
			set_lifetime(template, TEMPLATE_RESPITE_S * limits.hz);
		}
		if (swap_expiry(template, tag, expires, tag, now + lifetime_of(template)))
			return true;
		if (*(volatile __u32 *)&template->tag != tag)
			return false;
	}
	return false;
}

/* 0: it is for all of a network. */
static __always_inline __u32
call_length_for(const struct virtual_service *service)
{
	const struct call_work *call = call_for(service);

	return call ? call->call.length : 0;
}

/* Whether the template at `index`, which is for some call, is for the one that read_call found. */
__noinline int
is_for_call(__u32 index)
{
	const struct call_id *known = bpf_map_lookup_elem(&call_ids, &index);
	const struct call_work *call = call_work_here();
	__u64 difference = 0;

	if (!known || !call)
		return false;
	for (__u32 i = 0; i < sizeof(*known) / 8; i++)
		difference |= ((const __u64 *)known)[i] ^ ((const __u64 *)&call->call)[i];
	return !difference;
}

/* False: there is no room for the Call-ID. */
static __always_inline bool
note_call(struct connection *template, __u32 index, const struct virtual_service *service)
{
	const struct call_work *call = call_for(service);

	template->client_interface = 0;
	if (likely(!call))
		return true;
	template->client_interface = call->call.length;
	barrier_var(call);
	return !bpf_map_update_elem(&call_ids, &index, &call->call, BPF_ANY);
}

/* Its index, or NO_LINE. */
static __always_inline int
find_template(const struct facts *key, __u64 hash, __u32 call_length)
{
	__u32 tag = tag_of(hash);

	for (__u32 step = 0; step < WINDOW; step++) {
		__u32 index = slot_of(hash, step);
		const struct connection *line = connection_at(index);

		if (!line || line->tag == TAG_EMPTY)
			return NO_LINE;
		if (line->tag == tag && is_line_of(line, key) && line->client_interface == call_length &&
		    (likely(!call_length) || is_for_call(index)))
			return index;
	}
	return NO_LINE;
}

/* Whether a template says where the packet's connection goes. If so, it is in `opening`. */
__noinline int
recall_template(const struct virtual_service *service, const struct facts *packet, struct opening *opening)
{
	const struct real_server *server;
	struct connection *template;
	struct facts key = {};
	__u32 expires;
	__u64 hash;
	int index;

	if (!service || !packet || !opening)
		return false;
	hash = describe_template(service, packet, &opening->found, &key);
	index = find_template(&key, hash, call_length_for(service));
	template = index == NO_LINE ? NULL : connection_at(index);
	expires = template ? template->expires : 0;
	if (!template || !renew_template(template, tag_of(hash), packet->now))
		return false;
	opening->real_server = template->real_server;
	server = server_of(opening);
	if (!is_still_usable(server) || (opening->is_called && opening->caller != opening->real_server)) {
		invalidate_template(template, expires);
		return false;
	}
	opening->method = server->method;
	opening->template = index;
	__sync_fetch_and_add(&template->peer, 1);
	return true;
}

/* Remembers the real server that is in `opening`. False: no line was free. */
__noinline int
make_template(const struct virtual_service *service, const struct facts *packet, struct opening *opening)
{
	struct connection *template;
	struct facts key = {};
	__u64 hash, lifetime;
	int index;

	if (!service || !packet || !opening)
		return false;
	hash = describe_template(service, packet, &opening->found, &key);
	index = claim_line(hash, packet->now);
	template = index == NO_LINE ? NULL : connection_at(index);
	if (!template)
		return false;
	if (!note_call(template, index, service)) {
		delete_line(template, packet->now);
		return false;
	}
	lifetime = (__u64)service->persistence_timeout_s * limits.hz;
	if (lifetime > LIFETIME_MAX)
		lifetime = LIFETIME_MAX;
	fill_key(template, &key);
	template->state = TEMPLATE_NONE;
	template->flags = CONNECTION_TEMPLATE | CONNECTION_HALF_OPEN | opening->method;
	template->real_server = opening->real_server;
	template->peer = 1;		/* the connection that is being opened */
	template->expires = packet->now + lifetime;
	set_lifetime(template, lifetime);
	count_load(opening->real_server, template->flags, 1);
	publish(template, hash);
	opening->template = index;
	opening->is_template_new = true;
	return true;
}

/* What stands for a client where nothing can be remembered: the same for all that one template would be for. */
__noinline __u64
hash_of_client(const struct virtual_service *service, const struct facts *packet, struct opening *opening)
{
	struct facts key = {};

	if (!service || !packet || !opening)
		return 0;
	return describe_template(service, packet, &opening->found, &key);
}
