/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every map: who writes it, who reads it. Capacities given as 1 are set when the object is loaded.
 *
 * Arrays are BPF_F_MMAPABLE, so that user space reads them without a system call, and no map is per-CPU: counters are
 * arrays indexed by CPU, which the JIT inlines on every kernel and which user space can map.
 */
#pragma once

#include "bpf.h"
#include "abi.h"

#define ARRAY(map, value_type)						\
	struct {							\
		__uint(type, BPF_MAP_TYPE_ARRAY);			\
		__uint(map_flags, BPF_F_MMAPABLE);			\
		__uint(max_entries, 1);					\
		__type(key, __u32);					\
		__type(value, value_type);				\
	} map SEC(".maps")

/* Written by the controller under its lock, read by the data plane. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct service_key);
	__type(value, struct virtual_service);
} services SEC(".maps");

ARRAY(members, struct member);
ARRAY(schedule_levels, struct schedule_level);
ARRAY(schedule_slots, struct schedule_slot);
ARRAY(real_servers, struct real_server);
ARRAY(interfaces, struct interface);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);			/* ifindex */
	__type(value, __u32);			/* number in interfaces */
} interface_numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, STATION_COUNT);
	__type(key, __u32);			/* ifindex */
	__type(value, struct station);
} stations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct mac_key);
	__type(value, __u32);			/* 1 */
} own_macs SEC(".maps");

/* Two lists have room, so that a new one is written beside the one in force. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * MARK_RULES_MAX);
	__type(key, __u32);
	__type(value, struct mark_rule);
} mark_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct local_address);
	__type(value, __u32);			/* 1 */
} local_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct calling_server);
	__type(value, __u32);			/* number of the real server */
} calling_servers SEC(".maps");

/* Written by the controller for itself: which number belongs to whom, and what -Z takes off. */
ARRAY(service_records, struct service_record);
ARRAY(server_records, struct server_record);
ARRAY(total_records, struct total_record);	/* one */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SYNC_DAEMONS);
	__type(key, __u32);			/* SYNC_* */
	__type(value, struct sync_daemon);
} sync_daemons SEC(".maps");

/* Written by the data plane, read by everybody. */
ARRAY(connections, struct connection);		/* [hash]: claimed by compare-and-swap on the tag, see connection.h */
ARRAY(controls, __u32);				/* [index of a reply's line] -> what controls its connection: see control.h */
ARRAY(next_hops, struct next_hop);		/* [number of a real server] */
ARRAY(loads, struct load);			/* [number of a real server] */
ARRAY(estimates, struct estimate);		/* [number of a real server] */
ARRAY(traffic, struct traffic);			/* [CPU * servers_capacity + number of a real server] */
ARRAY(cursors, struct cursor);			/* [number of a service] */
ARRAY(defences, struct defence);		/* one */

ARRAY(local_delivery, __u32);			/* 1 once a real server turned out to be this host */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * MARK_RULES_MAX + 1);
	__type(key, __u32);			/* number of a rule */
	__type(value, struct mark_count);
} mark_counts SEC(".maps");

/* As many destinations as IPVS keeps for one service; the one used least recently makes room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct locality_key);
	__type(value, struct locality);
} localities SEC(".maps");

/* Elements take memory only when they are there. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, __u32);			/* index of a persistence template's line */
	__type(value, struct call_id);
} call_ids SEC(".maps");

#define OUTCOMES_PER_CPU 64
ARRAY(outcomes, __u64);				/* [CPU * OUTCOMES_PER_CPU + outcome] */

/* Fixed at load, and changed at run time: globals, so reading them costs no lookup. */
const volatile struct limits limits SEC(".rodata") = {
	.servers_capacity = 1, .services_capacity = 1, .cpus = 1, .hz = 250,
};
volatile struct settings settings SEC(".data.settings");
