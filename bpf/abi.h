/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every struct and enum that user space sees. tools/abi.ts turns the BTF of these into src/abi/generated.ts, so this
 * file is the only place where a layout is written down. Comments say what a type cannot.
 */
#pragma once

#include <linux/types.h>

/* An IPv4 address stands in the first four bytes, the rest zero. */
#define ADDRESS_SIZE 16

enum family : __u8 {
	FAMILY_NONE = 0,
	FAMILY_IPV4 = 4,
	FAMILY_IPV6 = 6,
};

/* Added to the family in a persistence template's line, so that no packet's facts are ever those of a template. */
#define FAMILY_TEMPLATE 0x80

/* Numbered as IP_VS_CONN_F_* in linux/ip_vs.h. */
enum forwarding_method : __u8 {
	FORWARDING_MASQUERADE = 0,
	FORWARDING_LOCAL = 1,
	FORWARDING_TUNNEL = 2,
	FORWARDING_DIRECT_ROUTE = 3,
};

/* Numbered as IP_VS_CONN_F_TUNNEL_TYPE_* in linux/ip_vs.h. */
enum tunnel_type : __u8 {
	TUNNEL_IPIP = 0,
	TUNNEL_GUE = 1,
	TUNNEL_GRE = 2,
};

enum scheduler : __u8 {
	SCHEDULER_NONE = 0,
	SCHEDULER_RR = 1,
	SCHEDULER_WRR = 2,
	SCHEDULER_LC = 3,
	SCHEDULER_WLC = 4,
	SCHEDULER_LBLC = 5,
	SCHEDULER_LBLCR = 6,
	SCHEDULER_DH = 7,
	SCHEDULER_SH = 8,
	SCHEDULER_SED = 9,
	SCHEDULER_NQ = 10,
	SCHEDULER_FO = 11,
	SCHEDULER_OVF = 12,
	SCHEDULER_MH = 13,
	SCHEDULER_TWOS = 14,
};

/* The first eleven as IP_VS_TCP_S_* in net/ip_vs.h; UDP has one state; SCTP's stand together, as IP_VS_SCTP_S_*. */
enum connection_state : __u8 {
	STATE_NONE = 0,
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT = 2,
	STATE_SYN_RECV = 3,
	STATE_FIN_WAIT = 4,
	STATE_TIME_WAIT = 5,
	STATE_CLOSE = 6,
	STATE_CLOSE_WAIT = 7,
	STATE_LAST_ACK = 8,
	STATE_LISTEN = 9,
	STATE_SYNACK = 10,
	STATE_UDP = 11,
	STATE_SCTP_NONE = 12,
	STATE_SCTP_INIT1 = 13,		/* the first INIT: forgotten sooner than one that was sent again */
	STATE_SCTP_INIT = 14,
	STATE_SCTP_COOKIE_SENT = 15,
	STATE_SCTP_COOKIE_REPLIED = 16,
	STATE_SCTP_COOKIE_WAIT = 17,
	STATE_SCTP_COOKIE = 18,
	STATE_SCTP_COOKIE_ECHOED = 19,
	STATE_SCTP_ESTABLISHED = 20,
	STATE_SCTP_SHUTDOWN_SENT = 21,
	STATE_SCTP_SHUTDOWN_RECEIVED = 22,
	STATE_SCTP_SHUTDOWN_ACK_SENT = 23,
	STATE_SCTP_REJECTED = 24,
	STATE_SCTP_CLOSED = 25,
	STATE_COUNT = 26,
};

/* Why a packet's journey ended. Each CPU counts them; XDP's action for each is in outcome.h alone. */
enum outcome : __u8 {
	CONTINUE = 0,			/* the journey goes on: never counted */
	FORWARDED_MASQUERADE = 1,	/* request sent to a real server, destination rewritten */
	FORWARDED_TUNNEL = 2,
	FORWARDED_DIRECT_ROUTE = 3,
	REPLIED_MASQUERADE = 4,		/* reply sent to a client, source rewritten */
	FORWARDED_STATELESS = 5,	/* connection table full: server chosen by hash, nothing remembered */
	NOT_IP = 6,
	NOT_TRANSPORT = 7,		/* neither TCP, UDP nor SCTP */
	NOT_A_SERVICE = 8,
	FRAGMENT = 9,			/* a fragment that is none of ours: left to the host */
	MALFORMED = 10,			/* shorter than its headers say, or its options not to be forwarded: left to the host */
	NO_CONNECTION = 11,		/* for a service, but neither known nor opening: the host answers */
	NO_REAL_SERVER = 12,
	REAL_SERVER_REMOVED = 13,
	CONNECTION_TABLE_FULL = 14,
	NO_ROUTE = 15,
	NEIGHBOUR_UNRESOLVED = 16,	/* the kernel was made to ask for it */
	TTL_EXCEEDED = 17,
	TOO_BIG = 18,
	NO_HEADROOM = 19,		/* the driver left no room for an outer header */
	LEFT_TO_HOST = 20,		/* rewritten, then handed to the kernel to send on */
	NOT_FOR_THIS_HOST = 21,		/* another station's MAC, or a group's */
	FORWARDING_DISABLED = 22,	/* ip_forward is off, on the host or the interface */
	DELIVERED_LOCALLY = 23,		/* the real server is this host */
	ICMP_FORWARDED = 24,		/* an error from the client's side, sent to the real server that it is about */
	ICMP_REPLIED = 25,		/* an error from a real server or the way there, sent to the client */
	FRAGMENT_HELD = 27,		/* waits for the rest of its packet */
	FRAGMENT_LOST = 28,		/* its packet cannot be made whole, or there was no room for it */
	DROPPED_BY_RATE = 29,		/* drop_packet: a share of what would open a connection */
	CONNECTION_RESET = 30,		/* of a connection that was ended by command: the sender was told so */
	NO_CALL_ID = 31,		/* would open a connection of a service with --pe sip, but names no call */
	OUTCOME_COUNT = 32,
};

/* ---- what the controller writes and the data plane reads ------------------------------------------------------- */

/* A service of a firewall mark has address, port and protocol zero; any other has mark zero. */
struct service_key {
	__u8 address[ADDRESS_SIZE];
	__be16 port;
	__u8 protocol;
	enum family family;
	__u32 mark;
};

#define SERVICE_PERSISTENT	0x0001
#define SERVICE_ONE_PACKET	0x0004
#define SERVICE_SCHED_FLAG1	0x0008
#define SERVICE_SCHED_FLAG2	0x0010
#define SERVICE_SCHED_FLAG3	0x0020
#define SERVICE_ENGINE_SIP	0x0100	/* its persistence goes by SIP's Call-ID (IPVS has no flag for that) */

/*
 * The slots that a scheduler picks from are a cycle of `cycle` positions, described by levels (schedule_levels). rr and wrr
 * pick position (cursors[number] - origin) % cycle, and each pick moves the cursor by one. All others have one level: a
 * table that is looked up by hash (dh, sh, mh), or the usable members, which are compared (lc, wlc, ...; see schedulers/).
 * Members, weights, order and cursor all change by the one map write that replaces this value.
 */
struct virtual_service {
	__u32 number;			/* index of cursors and service_records */
	enum scheduler scheduler;
	__u8 pad;
	__u16 flags;			/* SERVICE_* , as IP_VS_SVC_F_* */
	__u64 cycle;			/* 0: no usable real server */
	__u64 origin;			/* of the cursor: the beginning of a cycle */
	__u32 first_level;		/* index in schedule_levels */
	__u32 level_count;
	__u32 first_member;		/* index in members */
	__u32 member_count;
	__u32 persistence_timeout_s;
	__u32 persistence_mask;		/* IPv4: netmask in host order; IPv6: prefix length */
	/* Where the scheduler stood when this was written: what the controller needs to go on from there at the next change. */
	__u32 pointer;			/* member picked last, counted from 1; 0: before the first */
	__s32 current_weight;		/* wrr's */
};

/* All real servers of a service, quiesced ones too, in IPVS's order: the one added last comes first. */
struct member {
	__u32 real_server;		/* number */
	__s32 weight;			/* 0: quiesced */
	__s32 last_weight;		/* the last one above 0; mh leaves a quiesced server its places */
	__u32 upper_threshold;		/* connections; 0: none */
	__u32 lower_threshold;
	enum forwarding_method method;
	enum tunnel_type tunnel_type;
	__u8 tunnel_flags;		/* TUNNEL_CHECKSUM_* */
	__u8 pad;
	__be16 tunnel_port;
	__u8 pad2[2];
	__u32 calm;			/* as its slots' */
};

/* As IP_VS_TUNNEL_ENCAP_FLAG_* in linux/ip_vs.h. */
#define TUNNEL_CHECKSUM_NONE	0
#define TUNNEL_CHECKSUM_OUTER	1
#define TUNNEL_CHECKSUM_REMOTE	2

/* Positions [start, start of the next level) of a cycle go round slots [first_slot, first_slot + slot_count). */
struct schedule_level {
	__u64 start;
	__u32 first_slot;		/* index in schedule_slots */
	__u32 slot_count;
};

/* What schedulers ask of a member is here too, so that it changes with the order in the same write. */
struct schedule_slot {
	__u32 real_server;		/* number */
	__s32 weight;			/* 0: a place in a table, but not to be picked */
	__u32 calm;			/* what its load says of overload when it has none */
	enum forwarding_method method;
	__u8 pad[3];
};

/*
 * Whether a real server is overloaded is in bit 0 of what `overload` says; the rest counts the changes of its thresholds. What
 * the data plane noted holds from when it is of the same change as the real server's record; before, that record does.
 */
#define OVERLOADED		1

#define REAL_SERVER_IN_USE	0x01	/* the record means something */
#define REAL_SERVER_DELETED	0x02	/* deleted, kept because connections may still name it */
#define REAL_SERVER_FTP		0x04	/* some of its connections may be FTP's control connections: see ftp.h */
#define REAL_SERVER_VIRTUAL_KNOWN 0x08	/* virtual_address and virtual_port hold for all its connections */
/*
 * Some of its connections go to its own port, others to the one the client asked for: those of a persistent service by mark,
 * and of FTP's by another port than 21. `port` is 0 then, and its own stands in virtual_port.
 */
#define REAL_SERVER_PORT_VARIES 0x40

/* What its connections need to know of a real server. One cache line. */
struct real_server {
	__u8 address[ADDRESS_SIZE];
	__u8 virtual_address[ADDRESS_SIZE];
	__be16 port;			/* 0: the port the client asked for */
	__be16 virtual_port;		/* without REAL_SERVER_VIRTUAL_KNOWN the port that it was added with */
	enum family family;		/* of address; differs from the service's only for tunnels */
	enum forwarding_method method;
	__u8 flags;			/* REAL_SERVER_* */
	__u8 protocol;			/* of the service; 0 for a firewall mark's */
	enum tunnel_type tunnel_type;
	__u8 tunnel_flags;
	__be16 tunnel_port;
	__u32 service;			/* number of its virtual service */
	__u32 upper_threshold;		/* as its member's: what its load is compared with */
	__u32 lower_threshold;
	__u32 overload;			/* when its thresholds changed last */
	__s32 weight;			/* as its member's, for who finds it by number */
};

/* By number, so that a reply leaves where its request came from. Numbers start at 1; 0 means none. */
struct interface {
	__u32 ifindex;			/* the device to transmit on (the lower one of a VLAN) */
	__u8 mac[6];
	__u16 mtu;
	__be16 outer_vlan;		/* tags to put on a frame, 0: none */
	__be16 inner_vlan;
	__u8 flags;			/* INTERFACE_* */
	__u8 pad[3];
	__u8 ipv4[4];			/* source of outer headers where the kernel's FIB cannot tell one */
	__u8 ipv6[16];
};

#define INTERFACE_TRANSMITS_BACK 0x01	/* XDP_TX works (not on a veth whose peer has no XDP) */
#define INTERFACE_SERVICE_TAG 0x02	/* the outer tag is 802.1ad's */
#define INTERFACE_CUTS 0x04	/* cut_oversize stands behind us: what is too big and may be cut can be passed on to it */
#define INTERFACE_SENDS 0x08	/* send_fragments stands behind us: it sends what was put together from fragments */

/* By ifindex, for interfaces with our program: what a frame for this host looks like there. */
#define STATION_COUNT 4096
struct station {
	__u8 mac[6];
	__u16 interface;		/* its number; 0: nothing known, take every frame as meant for this host */
};

/* Key of own_macs: every other MAC of this host's interfaces (a VRRP macvlan's, say). */
struct mac_key {
	__u8 mac[6];
	__u8 pad[2];
};

/* Key of local_addresses: one of a real server that is this host itself. */
struct local_address {
	__u8 address[ADDRESS_SIZE];
	enum family family;
	__u8 pad[3];
};

/* Key of calling_servers: a masqueraded real server of SIP, whose own packets may open connections. See bpf/calling.h. */
struct calling_server {
	__u8 address[ADDRESS_SIZE];
	__be16 port;
	enum family family;
	__u8 pad;
};

/* Fixed when the object is loaded, so the verifier and the JIT see constants. */
struct limits {
	__u64 hash_keys[5];		/* random and odd: without them no line of the table can be aimed at */
	__u64 abi;			/* of the build that loaded it */
	__u32 connection_mask;		/* capacity of connections less one; a power of two less one */
	__u32 servers_capacity;
	__u32 services_capacity;
	__u32 cpus;
	__u32 hz;			/* jiffies a second */
	__s32 tai_offset_s;		/* how far the host's TAI clock is ahead of UTC: 0 where nobody has set it */
};

/* What the program read_clock answers. */
struct clock {
	__u64 jiffies;
	__u64 monotonic_ns;
	__u64 tai_ns;
};

#define CONCERN_WORDS 1024

#define SETTING_PORT_ZERO	0x01	/* some service takes packets to other ports than its own: port 0, or FTP's 21 */
#define SETTING_MARKS		0x02	/* there are rules that mark packets, and services of marks */
#define SETTING_FTP		0x04	/* data connections of FTP may be expected */
#define SETTING_CALLING		0x08	/* there are calling_servers */

struct settings {
	__u32 timeout[STATE_COUNT];	/* jiffies, by enum connection_state */
	__u32 servers_in_use;		/* numbers of real servers are below this */
	__u32 flags;			/* SETTING_* */
	/* By the names of net.ipv4.vs, and with their values (src/model/settings.ts says what each does). */
	__s32 conn_reuse_mode;
	__s32 expire_nodest_conn;
	__s32 expire_quiescent_template;
	__s32 sloppy_tcp;
	__s32 sloppy_sctp;
	__s32 nat_icmp_send;
	__s32 schedule_icmp;
	__s32 cache_bypass;
	__s32 pmtu_disc;
	__s32 secure_tcp;
	__s32 drop_entry;
	__s32 drop_packet;
	__s32 am_droprate;
	__s32 amemthresh;
	__s32 run_estimation;
	__u32 lblc_expiration;		/* jiffies */
	__u32 lblcr_expiration;		/* jiffies */
	__u32 pad;
	/* One bit for each hash of an address: a packet from and to addresses without their bits is none of ours. */
	__u64 concerns[CONCERN_WORDS];
	/* Which of mark_rules are in force: `first` in the lower half, how many in the upper. One word, so one write changes it. */
	__u64 mark_rules;
};

#define MARK_RULES_MAX 1024
#define MARK_PORTS_MAX 15		/* as iptables' multiport */
#define INTERFACE_NAME_SIZE 16

struct port_range {
	__u16 first;
	__u16 last;
};

#define MARK_NOT_SOURCE		0x01
#define MARK_NOT_DESTINATION	0x02
#define MARK_NOT_PROTOCOL	0x04
#define MARK_NOT_INTERFACE	0x08
#define MARK_NOT_SOURCE_PORTS	0x10
#define MARK_NOT_DESTINATION_PORTS 0x20

/*
 * What iptables' mangle table would do with a packet: if all of it matches, mark = (mark & ~mask) ^ value. Rules are gone through
 * in order to the last. What is 0 or empty matches everything; MARK_NOT_* turns a match round.
 */
struct mark_rule {
	__u8 source[ADDRESS_SIZE];
	__u8 source_mask[ADDRESS_SIZE];
	__u8 destination[ADDRESS_SIZE];
	__u8 destination_mask[ADDRESS_SIZE];
	__u32 value;
	__u32 mask;
	__u32 ifindex;
	__u32 number;			/* index of mark_counts, from 1; kept while other rules come and go */
	__u8 protocol;
	enum family family;		/* FAMILY_NONE: both */
	__u8 flags;			/* MARK_NOT_* */
	__u8 source_port_count;
	__u8 destination_port_count;
	__u8 pad[3];
	struct port_range source_ports[MARK_PORTS_MAX];
	struct port_range destination_ports[MARK_PORTS_MAX];
	__u8 interface[INTERFACE_NAME_SIZE]; /* its name, for listings */
	__u64 zeroed_packets;		/* what -Z takes off, and what an earlier holder of the number counted */
	__u64 zeroed_bytes;
};

/* ---- what the data plane writes and the controller reads ------------------------------------------------------- */

/* Bits 0 and 1 are the enum forwarding_method in force when the connection was opened. */
#define CONNECTION_METHOD	0x03
#define CONNECTION_REPLY	0x04	/* the line by which replies of a masqueraded connection are found */
#define CONNECTION_INACTIVE	0x08	/* counted in inactive, not in active */
#define CONNECTION_TEMPLATE	0x10
#define CONNECTION_HALF_OPEN	0x20	/* may be given up when the table is full */
#define CONNECTION_CONTROLLED	0x40	/* a persistence template's: see control.h for which */
#define CONNECTION_TOLD		0x80	/* ended by command, and whoever sends a packet of it hears so */

/* real_server of a connection that was ended by command; its line stays to know its packets by. */
#define NO_REAL_SERVER_NUMBER	0xffffffff

#define TAG_EMPTY	0		/* never used, or the last of its run: a search ends here */
#define TAG_DELETED	1		/* free, but a search goes on */
#define TAG_BUSY	2		/* being written */
#define TAG_FIRST	3		/* any tag from here on is a hash: the line is valid */

/*
 * One cache line, found by what the packet says (source -> destination). A masqueraded connection has a second line
 * with CONNECTION_REPLY, found by what the real server's reply says; `peer` leads from each to the other.
 *
 * A persistence template (CONNECTION_TEMPLATE) is a line too: from the client's masked address and port 0 to what the client
 * is kept at one real server for. Its state is TEMPLATE_*, `peer` how many connections it controls, the first four bytes of `mac` how
 * many jiffies it lives after the last one was opened, and client_interface how long the Call-ID is that it is for besides (call_ids
 * has it): 0 without a persistence engine.
 *
 * A data connection of FTP that a client is to open is a line in STATE_LISTEN before it is opened: with port 0 for the client's,
 * which is not known yet, and `peer` leading to the request's line of its control connection. Its reply's line comes with it.
 */
#define TEMPLATE_NONE		0
#define TEMPLATE_ASSURED	1	/* one of its connections was established */
#define TEMPLATE_RESPITE_S	60	/* what it is given when its time is up and its connections are not over */

struct connection {
	__u32 tag;
	__u32 expires;			/* low half of jiffies. Reply: when to look after the request's line again */
	/* IPv4: words[0] is source (first four bytes) and destination, the rest zero. IPv6: two and two. */
	__u64 addresses[4];
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	enum family family;
	enum connection_state state;
	__u8 flags;			/* CONNECTION_* */
	__u32 real_server;		/* number */
	__u32 peer;			/* index of the other line; of its template, if controlled and not masqueraded */
	/* Request: own MAC that the first packet was for. Reply: the next hop towards the client. */
	__u8 mac[6];
	__u16 client_interface;		/* reply: number of the interface towards the client */
};

#define CALL_ID_MAX 255			/* as IP_VS_PEDATA_MAXLEN in linux/ip_vs.h: longer ones are none */

/* By which SIP's messages of one call know each other (RFC 3261, 8.1.1.4). What is behind its length is zero. */
struct call_id {
	__u8 length;
	__u8 text[CALL_ID_MAX];
};

#define NEXT_HOP_LOCAL 0x80		/* this host is the real server; the mtu is 0, so that nothing ever fits */

/* Where packets of one real server go; learnt from the kernel's FIB, believed for a short while. */
struct next_hop {
	__u32 learned;			/* low half of jiffies; 0: nothing known */
	__u32 ifindex;
	__u8 destination_mac[6];
	__u8 source_mac[6];
	__be16 outer_vlan;
	__be16 inner_vlan;
	__u16 mtu;
	__u8 flags;			/* INTERFACE_*, NEXT_HOP_LOCAL */
	__u8 pad;
	__u8 source_address[ADDRESS_SIZE]; /* of outer headers, in the family of the real server */
	__u32 pad2[5];
};

/* Load of one real server, as schedulers and listings see it. Small, since some schedulers compare all of a service's. */
struct load {
	__u32 active;
	__u32 inactive;
	__u32 persistent;
	__u32 overload;			/* when its connections became more or fewer last; see OVERLOADED */
};

/* One CPU's share of one real server's traffic. Bytes are IP length. */
struct traffic {
	__u64 connections;
	__u64 in_packets;
	__u64 out_packets;
	__u64 in_bytes;
	__u64 out_bytes;
	__u64 pad[3];
};

/*
 * Moving averages as in net/netfilter/ipvs/ip_vs_est.c: every 2 s, rate += (new - rate) / 4. Connections and packets are
 * in 1/1024 a second, bytes in 1/32.
 */
struct estimate {
	__u64 last_connections;
	__u64 last_in_packets;
	__u64 last_out_packets;
	__u64 last_in_bytes;
	__u64 last_out_bytes;
	__u64 connection_rate;
	__u64 in_packet_rate;
	__u64 out_packet_rate;
	__u64 in_byte_rate;
	__u64 out_byte_rate;
};

/* Which real servers lblc and lblcr send the clients of one destination to. */
struct locality_key {
	__u8 address[ADDRESS_SIZE];
	__u32 service;			/* number */
};

#define LOCALITY_SERVERS_MAX 32

struct locality {
	__u64 stamp;			/* the service's cursor when this was made: before its origin, it is another order's */
	__u32 used;			/* low half of jiffies */
	__u32 changed;			/* likewise, the set of real servers */
	__u32 count;
	__u32 real_servers[LOCALITY_SERVERS_MAX]; /* numbers, the one added last comes last; lblc has one */
	__u32 pad;
};

/* What a rule that marks packets matched, of those without a connection. */
struct mark_count {
	__u64 packets;
	__u64 bytes;
};

/* What the automatic defences go by, and where they stand. */
struct defence {
	__s32 drop_counter;		/* new connections until the next is dropped */
	__u32 live_share;		/* of the table's lines when last counted, in 1/16384 */
	__u32 counted;			/* lines since then */
	__u32 counted_live;
};

/* One cache line, so that services do not share one. */
struct cursor {
	__u64 position;
	__u64 restarted;		/* wrr: the position last come to by beginning the cycle anew, without a pick */
	__u64 pad[6];
};

/* ---- what the controller asks of programs ---------------------------------------------------------------------- */

/* A network and a port; family FAMILY_NONE and port 0 stand for any. */
struct endpoint_choice {
	__u8 address[ADDRESS_SIZE];
	__u8 mask[ADDRESS_SIZE];
	__be16 port;
	enum family family;
	__u8 pad[5];
};

enum connection_end : __u8 {
	END_DROP = 0,			/* the packets still to come are dropped in silence */
	END_RESET = 1,			/* their senders are told */
	END_RESCHEDULE = 2,		/* they are as of no connection: what may open one does */
};

#define ANY_NUMBER		0xffffffff

/* Asks end_connections for the lines [first, first + count), and hears how many connections it ended. */
struct connections_to_end {
	struct endpoint_choice client;
	struct endpoint_choice virtual_service;
	struct endpoint_choice real;
	__u32 service;			/* number, or ANY_NUMBER */
	__u32 real_server;		/* number, or ANY_NUMBER */
	__u32 states;			/* a bit for each enum connection_state; 0: any */
	__u8 protocol;			/* 0: any */
	enum connection_end end;
	__u8 only_removed;		/* of real servers that are removed */
	__u8 pad;
	__u32 first;
	__u32 count;
	__u32 ended;			/* answer */
};

/* ---- what only the controller uses ----------------------------------------------------------------------------- */

struct counts {
	__u64 connections;
	__u64 in_packets;
	__u64 out_packets;
	__u64 in_bytes;
	__u64 out_bytes;
};

/* Kept by number also after the service is deleted, while removed real servers of it are remembered. */
struct service_record {
	struct service_key key;
	__u8 in_use;			/* 0: the number is free */
	__u8 pad[3];
	__u32 added;			/* the higher, the later */
	struct counts carried;		/* of real servers whose records have been given to others */
	struct counts zeroed;		/* what -Z takes off */
};

struct server_record {
	struct counts zeroed;		/* what -Z takes off, and what an earlier holder of the number had */
};

/* Of the whole director, which no service's -Z touches. */
struct total_record {
	struct counts zeroed;		/* what -Z takes off */
};

#define SYNC_MASTER	0
#define SYNC_BACKUP	1
#define SYNC_DAEMONS	2

/* What --start-daemon asked for, by SYNC_*. No message is sent or read yet. */
struct sync_daemon {
	__u8 group[ADDRESS_SIZE];
	__u8 interface[INTERFACE_NAME_SIZE];
	enum family family;		/* of the group; FAMILY_NONE: not started */
	__u8 sync_id;
	__u8 ttl;
	__u8 pad;
	__u16 port;
	__u16 max_length;		/* of a message */
};
