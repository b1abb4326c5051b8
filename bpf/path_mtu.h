/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What routers said of the way to a real server: packets above this are too big. Believed as long, and no smaller, than the kernel
 * does it for its own routes (mtu_expires, min_pmtu); its routes do not hear of errors that are handled here.
 */
#pragma once

#include "maps.h"

#define PATH_MTU_LIFE_S 600
#define PATH_MTU_MIN 552

struct path_key {
	__u8 address[ADDRESS_SIZE];
	enum family family;
	__u8 pad[3];
};

struct path_mtu {
	__u32 mtu;
	__u32 expires;			/* low half of jiffies */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct path_key);
	__type(value, struct path_mtu);
} path_mtus SEC(".maps");

static __always_inline void
name_path(struct path_key *key, const struct real_server *server)
{
	clear(key, sizeof(*key));
	copy(key->address, server->address, ADDRESS_SIZE);
	key->family = server->family;
}

static __always_inline struct path_mtu *
find_path_mtu(const struct path_key *key, __u32 now)
{
	struct path_mtu *path = bpf_map_lookup_elem(&path_mtus, key);

	return path && (__s32)(path->expires - now) > 0 ? path : NULL;
}

/* mtu as the route has it; what a router said may be less. */
static __always_inline __u32
mtu_of_path(const struct real_server *server, __u32 mtu, __u32 now)
{
	const struct path_mtu *path;
	struct path_key key;

	name_path(&key, server);
	path = find_path_mtu(&key, now);
	return path && path->mtu < mtu ? path->mtu : mtu;
}

/* mtu: as a router said; out, as it is believed. Whether one had been known already. */
static __always_inline bool
remember_path_mtu(const struct real_server *server, __u32 *mtu, __u32 now)
{
	struct path_mtu path;
	struct path_key key;
	bool is_known;

	if (*mtu < PATH_MTU_MIN)
		*mtu = PATH_MTU_MIN;
	name_path(&key, server);
	is_known = find_path_mtu(&key, now);
	path.mtu = *mtu;
	path.expires = now + PATH_MTU_LIFE_S * limits.hz;
	bpf_map_update_elem(&path_mtus, &key, &path, BPF_ANY);
	return is_known;
}
