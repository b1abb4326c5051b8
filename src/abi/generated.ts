// SPDX-License-Identifier: Apache-2.0
/** Made by tools/abi.ts from the BTF of the compiled object and bpf/abi.h. Do not edit: run it again. */
import type { Codec, StructCodec } from './codec.js';
import { array, bytes, field, opaqueCodec, scalar, scalarCodec, struct, structCodec } from './codec.js';
import type { MapLayout } from './map_layout.js';

/** Identifies this layout; kept in the pinned limits, so that another build's maps are recognised. */
export const ABI = 0x9105f20b0b8dda1dn;

export const ADDRESS_SIZE = 16;
export const FAMILY_TEMPLATE = 128;
export const SERVICE_PERSISTENT = 1;
export const SERVICE_ONE_PACKET = 4;
export const SERVICE_SCHED_FLAG1 = 8;
export const SERVICE_SCHED_FLAG2 = 16;
export const SERVICE_SCHED_FLAG3 = 32;
export const SERVICE_ENGINE_SIP = 256;
export const TUNNEL_CHECKSUM_NONE = 0;
export const TUNNEL_CHECKSUM_OUTER = 1;
export const TUNNEL_CHECKSUM_REMOTE = 2;
export const OVERLOADED = 1;
export const REAL_SERVER_IN_USE = 1;
export const REAL_SERVER_DELETED = 2;
export const REAL_SERVER_FTP = 4;
export const REAL_SERVER_VIRTUAL_KNOWN = 8;
export const REAL_SERVER_PORT_VARIES = 64;
export const INTERFACE_TRANSMITS_BACK = 1;
export const INTERFACE_SERVICE_TAG = 2;
export const INTERFACE_CUTS = 4;
export const INTERFACE_SENDS = 8;
export const STATION_COUNT = 4096;
export const CONCERN_WORDS = 1024;
export const SETTING_PORT_ZERO = 1;
export const SETTING_MARKS = 2;
export const SETTING_FTP = 4;
export const SETTING_CALLING = 8;
export const MARK_RULES_MAX = 1024;
export const MARK_PORTS_MAX = 15;
export const INTERFACE_NAME_SIZE = 16;
export const MARK_NOT_SOURCE = 1;
export const MARK_NOT_DESTINATION = 2;
export const MARK_NOT_PROTOCOL = 4;
export const MARK_NOT_INTERFACE = 8;
export const MARK_NOT_SOURCE_PORTS = 16;
export const MARK_NOT_DESTINATION_PORTS = 32;
export const CONNECTION_METHOD = 3;
export const CONNECTION_REPLY = 4;
export const CONNECTION_INACTIVE = 8;
export const CONNECTION_TEMPLATE = 16;
export const CONNECTION_HALF_OPEN = 32;
export const CONNECTION_CONTROLLED = 64;
export const CONNECTION_TOLD = 128;
export const NO_REAL_SERVER_NUMBER = 4294967295;
export const TAG_EMPTY = 0;
export const TAG_DELETED = 1;
export const TAG_BUSY = 2;
export const TAG_FIRST = 3;
export const TEMPLATE_NONE = 0;
export const TEMPLATE_ASSURED = 1;
export const TEMPLATE_RESPITE_S = 60;
export const CALL_ID_MAX = 255;
export const NEXT_HOP_LOCAL = 128;
export const LOCALITY_SERVERS_MAX = 32;
export const ANY_NUMBER = 4294967295;
export const SYNC_MASTER = 0;
export const SYNC_BACKUP = 1;
export const SYNC_DAEMONS = 2;

export const Family = { FAMILY_NONE: 0, FAMILY_IPV4: 4, FAMILY_IPV6: 6 } as const;
export type Family = (typeof Family)[keyof typeof Family];
export const FAMILY_NAMES: Readonly<Record<number, string>> = {
  0: 'FAMILY_NONE',
  4: 'FAMILY_IPV4',
  6: 'FAMILY_IPV6',
};

export const ForwardingMethod = {
  FORWARDING_MASQUERADE: 0,
  FORWARDING_LOCAL: 1,
  FORWARDING_TUNNEL: 2,
  FORWARDING_DIRECT_ROUTE: 3,
} as const;
export type ForwardingMethod = (typeof ForwardingMethod)[keyof typeof ForwardingMethod];
export const FORWARDING_METHOD_NAMES: Readonly<Record<number, string>> = {
  0: 'FORWARDING_MASQUERADE',
  1: 'FORWARDING_LOCAL',
  2: 'FORWARDING_TUNNEL',
  3: 'FORWARDING_DIRECT_ROUTE',
};

export const TunnelType = { TUNNEL_IPIP: 0, TUNNEL_GUE: 1, TUNNEL_GRE: 2 } as const;
export type TunnelType = (typeof TunnelType)[keyof typeof TunnelType];
export const TUNNEL_TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'TUNNEL_IPIP',
  1: 'TUNNEL_GUE',
  2: 'TUNNEL_GRE',
};

export const Scheduler = {
  SCHEDULER_NONE: 0,
  SCHEDULER_RR: 1,
  SCHEDULER_WRR: 2,
  SCHEDULER_LC: 3,
  SCHEDULER_WLC: 4,
  SCHEDULER_LBLC: 5,
  SCHEDULER_LBLCR: 6,
  SCHEDULER_DH: 7,
  SCHEDULER_SH: 8,
  SCHEDULER_SED: 9,
  SCHEDULER_NQ: 10,
  SCHEDULER_FO: 11,
  SCHEDULER_OVF: 12,
  SCHEDULER_MH: 13,
  SCHEDULER_TWOS: 14,
} as const;
export type Scheduler = (typeof Scheduler)[keyof typeof Scheduler];
export const SCHEDULER_NAMES: Readonly<Record<number, string>> = {
  0: 'SCHEDULER_NONE',
  1: 'SCHEDULER_RR',
  2: 'SCHEDULER_WRR',
  3: 'SCHEDULER_LC',
  4: 'SCHEDULER_WLC',
  5: 'SCHEDULER_LBLC',
  6: 'SCHEDULER_LBLCR',
  7: 'SCHEDULER_DH',
  8: 'SCHEDULER_SH',
  9: 'SCHEDULER_SED',
  10: 'SCHEDULER_NQ',
  11: 'SCHEDULER_FO',
  12: 'SCHEDULER_OVF',
  13: 'SCHEDULER_MH',
  14: 'SCHEDULER_TWOS',
};

export const ConnectionState = {
  STATE_NONE: 0,
  STATE_ESTABLISHED: 1,
  STATE_SYN_SENT: 2,
  STATE_SYN_RECV: 3,
  STATE_FIN_WAIT: 4,
  STATE_TIME_WAIT: 5,
  STATE_CLOSE: 6,
  STATE_CLOSE_WAIT: 7,
  STATE_LAST_ACK: 8,
  STATE_LISTEN: 9,
  STATE_SYNACK: 10,
  STATE_UDP: 11,
  STATE_SCTP_NONE: 12,
  STATE_SCTP_INIT1: 13,
  STATE_SCTP_INIT: 14,
  STATE_SCTP_COOKIE_SENT: 15,
  STATE_SCTP_COOKIE_REPLIED: 16,
  STATE_SCTP_COOKIE_WAIT: 17,
  STATE_SCTP_COOKIE: 18,
  STATE_SCTP_COOKIE_ECHOED: 19,
  STATE_SCTP_ESTABLISHED: 20,
  STATE_SCTP_SHUTDOWN_SENT: 21,
  STATE_SCTP_SHUTDOWN_RECEIVED: 22,
  STATE_SCTP_SHUTDOWN_ACK_SENT: 23,
  STATE_SCTP_REJECTED: 24,
  STATE_SCTP_CLOSED: 25,
  STATE_COUNT: 26,
} as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];
export const CONNECTION_STATE_NAMES: Readonly<Record<number, string>> = {
  0: 'STATE_NONE',
  1: 'STATE_ESTABLISHED',
  2: 'STATE_SYN_SENT',
  3: 'STATE_SYN_RECV',
  4: 'STATE_FIN_WAIT',
  5: 'STATE_TIME_WAIT',
  6: 'STATE_CLOSE',
  7: 'STATE_CLOSE_WAIT',
  8: 'STATE_LAST_ACK',
  9: 'STATE_LISTEN',
  10: 'STATE_SYNACK',
  11: 'STATE_UDP',
  12: 'STATE_SCTP_NONE',
  13: 'STATE_SCTP_INIT1',
  14: 'STATE_SCTP_INIT',
  15: 'STATE_SCTP_COOKIE_SENT',
  16: 'STATE_SCTP_COOKIE_REPLIED',
  17: 'STATE_SCTP_COOKIE_WAIT',
  18: 'STATE_SCTP_COOKIE',
  19: 'STATE_SCTP_COOKIE_ECHOED',
  20: 'STATE_SCTP_ESTABLISHED',
  21: 'STATE_SCTP_SHUTDOWN_SENT',
  22: 'STATE_SCTP_SHUTDOWN_RECEIVED',
  23: 'STATE_SCTP_SHUTDOWN_ACK_SENT',
  24: 'STATE_SCTP_REJECTED',
  25: 'STATE_SCTP_CLOSED',
};

export const Outcome = {
  CONTINUE: 0,
  FORWARDED_MASQUERADE: 1,
  FORWARDED_TUNNEL: 2,
  FORWARDED_DIRECT_ROUTE: 3,
  REPLIED_MASQUERADE: 4,
  FORWARDED_STATELESS: 5,
  NOT_IP: 6,
  NOT_TRANSPORT: 7,
  NOT_A_SERVICE: 8,
  FRAGMENT: 9,
  MALFORMED: 10,
  NO_CONNECTION: 11,
  NO_REAL_SERVER: 12,
  REAL_SERVER_REMOVED: 13,
  CONNECTION_TABLE_FULL: 14,
  NO_ROUTE: 15,
  NEIGHBOUR_UNRESOLVED: 16,
  TTL_EXCEEDED: 17,
  TOO_BIG: 18,
  NO_HEADROOM: 19,
  LEFT_TO_HOST: 20,
  NOT_FOR_THIS_HOST: 21,
  FORWARDING_DISABLED: 22,
  DELIVERED_LOCALLY: 23,
  ICMP_FORWARDED: 24,
  ICMP_REPLIED: 25,
  FRAGMENT_HELD: 27,
  FRAGMENT_LOST: 28,
  DROPPED_BY_RATE: 29,
  CONNECTION_RESET: 30,
  NO_CALL_ID: 31,
  OUTCOME_COUNT: 32,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];
export const OUTCOME_NAMES: Readonly<Record<number, string>> = {
  0: 'CONTINUE',
  1: 'FORWARDED_MASQUERADE',
  2: 'FORWARDED_TUNNEL',
  3: 'FORWARDED_DIRECT_ROUTE',
  4: 'REPLIED_MASQUERADE',
  5: 'FORWARDED_STATELESS',
  6: 'NOT_IP',
  7: 'NOT_TRANSPORT',
  8: 'NOT_A_SERVICE',
  9: 'FRAGMENT',
  10: 'MALFORMED',
  11: 'NO_CONNECTION',
  12: 'NO_REAL_SERVER',
  13: 'REAL_SERVER_REMOVED',
  14: 'CONNECTION_TABLE_FULL',
  15: 'NO_ROUTE',
  16: 'NEIGHBOUR_UNRESOLVED',
  17: 'TTL_EXCEEDED',
  18: 'TOO_BIG',
  19: 'NO_HEADROOM',
  20: 'LEFT_TO_HOST',
  21: 'NOT_FOR_THIS_HOST',
  22: 'FORWARDING_DISABLED',
  23: 'DELIVERED_LOCALLY',
  24: 'ICMP_FORWARDED',
  25: 'ICMP_REPLIED',
  27: 'FRAGMENT_HELD',
  28: 'FRAGMENT_LOST',
  29: 'DROPPED_BY_RATE',
  30: 'CONNECTION_RESET',
  31: 'NO_CALL_ID',
};

export const ConnectionEnd = { END_DROP: 0, END_RESET: 1, END_RESCHEDULE: 2 } as const;
export type ConnectionEnd = (typeof ConnectionEnd)[keyof typeof ConnectionEnd];
export const CONNECTION_END_NAMES: Readonly<Record<number, string>> = {
  0: 'END_DROP',
  1: 'END_RESET',
  2: 'END_RESCHEDULE',
};

export interface ServiceKey {
  readonly address: Uint8Array;
  readonly port: number;
  readonly protocol: number;
  readonly family: Family;
  readonly mark: number;
}
export const serviceKeyCodec: StructCodec<ServiceKey> = structCodec('service_key', 24, [
  field('address', 0, bytes(16)),
  field('port', 16, scalar('be16')),
  field('protocol', 18, scalar('u8')),
  field('family', 19, scalar('u8')),
  field('mark', 20, scalar('u32')),
]);

export interface VirtualService {
  readonly number: number;
  readonly scheduler: Scheduler;
  readonly flags: number;
  readonly cycle: bigint;
  readonly origin: bigint;
  readonly firstLevel: number;
  readonly levelCount: number;
  readonly firstMember: number;
  readonly memberCount: number;
  readonly persistenceTimeoutS: number;
  readonly persistenceMask: number;
  readonly pointer: number;
  readonly currentWeight: number;
}
export const virtualServiceCodec: StructCodec<VirtualService> = structCodec('virtual_service', 56, [
  field('number', 0, scalar('u32')),
  field('scheduler', 4, scalar('u8')),
  field('flags', 6, scalar('u16')),
  field('cycle', 8, scalar('u64')),
  field('origin', 16, scalar('u64')),
  field('firstLevel', 24, scalar('u32')),
  field('levelCount', 28, scalar('u32')),
  field('firstMember', 32, scalar('u32')),
  field('memberCount', 36, scalar('u32')),
  field('persistenceTimeoutS', 40, scalar('u32')),
  field('persistenceMask', 44, scalar('u32')),
  field('pointer', 48, scalar('u32')),
  field('currentWeight', 52, scalar('s32')),
]);

export interface Member {
  readonly realServer: number;
  readonly weight: number;
  readonly lastWeight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly method: ForwardingMethod;
  readonly tunnelType: TunnelType;
  readonly tunnelFlags: number;
  readonly tunnelPort: number;
  readonly calm: number;
}
export const memberCodec: StructCodec<Member> = structCodec('member', 32, [
  field('realServer', 0, scalar('u32')),
  field('weight', 4, scalar('s32')),
  field('lastWeight', 8, scalar('s32')),
  field('upperThreshold', 12, scalar('u32')),
  field('lowerThreshold', 16, scalar('u32')),
  field('method', 20, scalar('u8')),
  field('tunnelType', 21, scalar('u8')),
  field('tunnelFlags', 22, scalar('u8')),
  field('tunnelPort', 24, scalar('be16')),
  field('calm', 28, scalar('u32')),
]);

export interface ScheduleLevel {
  readonly start: bigint;
  readonly firstSlot: number;
  readonly slotCount: number;
}
export const scheduleLevelCodec: StructCodec<ScheduleLevel> = structCodec('schedule_level', 16, [
  field('start', 0, scalar('u64')),
  field('firstSlot', 8, scalar('u32')),
  field('slotCount', 12, scalar('u32')),
]);

export interface ScheduleSlot {
  readonly realServer: number;
  readonly weight: number;
  readonly calm: number;
  readonly method: ForwardingMethod;
}
export const scheduleSlotCodec: StructCodec<ScheduleSlot> = structCodec('schedule_slot', 16, [
  field('realServer', 0, scalar('u32')),
  field('weight', 4, scalar('s32')),
  field('calm', 8, scalar('u32')),
  field('method', 12, scalar('u8')),
]);

export interface RealServer {
  readonly address: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly port: number;
  readonly virtualPort: number;
  readonly family: Family;
  readonly method: ForwardingMethod;
  readonly flags: number;
  readonly protocol: number;
  readonly tunnelType: TunnelType;
  readonly tunnelFlags: number;
  readonly tunnelPort: number;
  readonly service: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly overload: number;
  readonly weight: number;
}
export const realServerCodec: StructCodec<RealServer> = structCodec('real_server', 64, [
  field('address', 0, bytes(16)),
  field('virtualAddress', 16, bytes(16)),
  field('port', 32, scalar('be16')),
  field('virtualPort', 34, scalar('be16')),
  field('family', 36, scalar('u8')),
  field('method', 37, scalar('u8')),
  field('flags', 38, scalar('u8')),
  field('protocol', 39, scalar('u8')),
  field('tunnelType', 40, scalar('u8')),
  field('tunnelFlags', 41, scalar('u8')),
  field('tunnelPort', 42, scalar('be16')),
  field('service', 44, scalar('u32')),
  field('upperThreshold', 48, scalar('u32')),
  field('lowerThreshold', 52, scalar('u32')),
  field('overload', 56, scalar('u32')),
  field('weight', 60, scalar('s32')),
]);

export interface Interface {
  readonly ifindex: number;
  readonly mac: Uint8Array;
  readonly mtu: number;
  readonly outerVlan: number;
  readonly innerVlan: number;
  readonly flags: number;
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}
export const interfaceCodec: StructCodec<Interface> = structCodec('interface', 40, [
  field('ifindex', 0, scalar('u32')),
  field('mac', 4, bytes(6)),
  field('mtu', 10, scalar('u16')),
  field('outerVlan', 12, scalar('be16')),
  field('innerVlan', 14, scalar('be16')),
  field('flags', 16, scalar('u8')),
  field('ipv4', 20, bytes(4)),
  field('ipv6', 24, bytes(16)),
]);

export interface Station {
  readonly mac: Uint8Array;
  readonly interface: number;
}
export const stationCodec: StructCodec<Station> = structCodec('station', 8, [
  field('mac', 0, bytes(6)),
  field('interface', 6, scalar('u16')),
]);

export interface MacKey {
  readonly mac: Uint8Array;
}
export const macKeyCodec: StructCodec<MacKey> = structCodec('mac_key', 8, [field('mac', 0, bytes(6))]);

export interface LocalAddress {
  readonly address: Uint8Array;
  readonly family: Family;
}
export const localAddressCodec: StructCodec<LocalAddress> = structCodec('local_address', 20, [
  field('address', 0, bytes(16)),
  field('family', 16, scalar('u8')),
]);

export interface CallingServer {
  readonly address: Uint8Array;
  readonly port: number;
  readonly family: Family;
}
export const callingServerCodec: StructCodec<CallingServer> = structCodec('calling_server', 20, [
  field('address', 0, bytes(16)),
  field('port', 16, scalar('be16')),
  field('family', 18, scalar('u8')),
]);

export interface Limits {
  readonly hashKeys: readonly bigint[];
  readonly abi: bigint;
  readonly connectionMask: number;
  readonly serversCapacity: number;
  readonly servicesCapacity: number;
  readonly cpus: number;
  readonly hz: number;
  readonly taiOffsetS: number;
}
export const limitsCodec: StructCodec<Limits> = structCodec('limits', 72, [
  field('hashKeys', 0, array(scalar('u64'), 8, 5)),
  field('abi', 40, scalar('u64')),
  field('connectionMask', 48, scalar('u32')),
  field('serversCapacity', 52, scalar('u32')),
  field('servicesCapacity', 56, scalar('u32')),
  field('cpus', 60, scalar('u32')),
  field('hz', 64, scalar('u32')),
  field('taiOffsetS', 68, scalar('s32')),
]);

export interface Clock {
  readonly jiffies: bigint;
  readonly monotonicNs: bigint;
  readonly taiNs: bigint;
}
export const clockCodec: StructCodec<Clock> = structCodec('clock', 24, [
  field('jiffies', 0, scalar('u64')),
  field('monotonicNs', 8, scalar('u64')),
  field('taiNs', 16, scalar('u64')),
]);

export interface Settings {
  readonly timeout: readonly number[];
  readonly serversInUse: number;
  readonly flags: number;
  readonly connReuseMode: number;
  readonly expireNodestConn: number;
  readonly expireQuiescentTemplate: number;
  readonly sloppyTcp: number;
  readonly sloppySctp: number;
  readonly natIcmpSend: number;
  readonly scheduleIcmp: number;
  readonly cacheBypass: number;
  readonly pmtuDisc: number;
  readonly secureTcp: number;
  readonly dropEntry: number;
  readonly dropPacket: number;
  readonly amDroprate: number;
  readonly amemthresh: number;
  readonly runEstimation: number;
  readonly lblcExpiration: number;
  readonly lblcrExpiration: number;
  readonly concerns: readonly bigint[];
  readonly markRules: bigint;
}
export const settingsCodec: StructCodec<Settings> = structCodec('settings', 8384, [
  field('timeout', 0, array(scalar('u32'), 4, 26)),
  field('serversInUse', 104, scalar('u32')),
  field('flags', 108, scalar('u32')),
  field('connReuseMode', 112, scalar('s32')),
  field('expireNodestConn', 116, scalar('s32')),
  field('expireQuiescentTemplate', 120, scalar('s32')),
  field('sloppyTcp', 124, scalar('s32')),
  field('sloppySctp', 128, scalar('s32')),
  field('natIcmpSend', 132, scalar('s32')),
  field('scheduleIcmp', 136, scalar('s32')),
  field('cacheBypass', 140, scalar('s32')),
  field('pmtuDisc', 144, scalar('s32')),
  field('secureTcp', 148, scalar('s32')),
  field('dropEntry', 152, scalar('s32')),
  field('dropPacket', 156, scalar('s32')),
  field('amDroprate', 160, scalar('s32')),
  field('amemthresh', 164, scalar('s32')),
  field('runEstimation', 168, scalar('s32')),
  field('lblcExpiration', 172, scalar('u32')),
  field('lblcrExpiration', 176, scalar('u32')),
  field('concerns', 184, array(scalar('u64'), 8, 1024)),
  field('markRules', 8376, scalar('u64')),
]);

export interface PortRange {
  readonly first: number;
  readonly last: number;
}
export const portRangeCodec: StructCodec<PortRange> = structCodec('port_range', 4, [
  field('first', 0, scalar('u16')),
  field('last', 2, scalar('u16')),
]);

export interface MarkRule {
  readonly source: Uint8Array;
  readonly sourceMask: Uint8Array;
  readonly destination: Uint8Array;
  readonly destinationMask: Uint8Array;
  readonly value: number;
  readonly mask: number;
  readonly ifindex: number;
  readonly number: number;
  readonly protocol: number;
  readonly family: Family;
  readonly flags: number;
  readonly sourcePortCount: number;
  readonly destinationPortCount: number;
  readonly sourcePorts: readonly PortRange[];
  readonly destinationPorts: readonly PortRange[];
  readonly interface: Uint8Array;
  readonly zeroedPackets: bigint;
  readonly zeroedBytes: bigint;
}
export const markRuleCodec: StructCodec<MarkRule> = structCodec('mark_rule', 240, [
  field('source', 0, bytes(16)),
  field('sourceMask', 16, bytes(16)),
  field('destination', 32, bytes(16)),
  field('destinationMask', 48, bytes(16)),
  field('value', 64, scalar('u32')),
  field('mask', 68, scalar('u32')),
  field('ifindex', 72, scalar('u32')),
  field('number', 76, scalar('u32')),
  field('protocol', 80, scalar('u8')),
  field('family', 81, scalar('u8')),
  field('flags', 82, scalar('u8')),
  field('sourcePortCount', 83, scalar('u8')),
  field('destinationPortCount', 84, scalar('u8')),
  field('sourcePorts', 88, array(struct(portRangeCodec), 4, 15)),
  field('destinationPorts', 148, array(struct(portRangeCodec), 4, 15)),
  field('interface', 208, bytes(16)),
  field('zeroedPackets', 224, scalar('u64')),
  field('zeroedBytes', 232, scalar('u64')),
]);

export interface Connection {
  readonly tag: number;
  readonly expires: number;
  readonly addresses: readonly bigint[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly family: Family;
  readonly state: ConnectionState;
  readonly flags: number;
  readonly realServer: number;
  readonly peer: number;
  readonly mac: Uint8Array;
  readonly clientInterface: number;
}
export const connectionCodec: StructCodec<Connection> = structCodec('connection', 64, [
  field('tag', 0, scalar('u32')),
  field('expires', 4, scalar('u32')),
  field('addresses', 8, array(scalar('u64'), 8, 4)),
  field('sourcePort', 40, scalar('be16')),
  field('destinationPort', 42, scalar('be16')),
  field('protocol', 44, scalar('u8')),
  field('family', 45, scalar('u8')),
  field('state', 46, scalar('u8')),
  field('flags', 47, scalar('u8')),
  field('realServer', 48, scalar('u32')),
  field('peer', 52, scalar('u32')),
  field('mac', 56, bytes(6)),
  field('clientInterface', 62, scalar('u16')),
]);

export interface CallId {
  readonly length: number;
  readonly text: Uint8Array;
}
export const callIdCodec: StructCodec<CallId> = structCodec('call_id', 256, [
  field('length', 0, scalar('u8')),
  field('text', 1, bytes(255)),
]);

export interface NextHop {
  readonly learned: number;
  readonly ifindex: number;
  readonly destinationMac: Uint8Array;
  readonly sourceMac: Uint8Array;
  readonly outerVlan: number;
  readonly innerVlan: number;
  readonly mtu: number;
  readonly flags: number;
  readonly sourceAddress: Uint8Array;
}
export const nextHopCodec: StructCodec<NextHop> = structCodec('next_hop', 64, [
  field('learned', 0, scalar('u32')),
  field('ifindex', 4, scalar('u32')),
  field('destinationMac', 8, bytes(6)),
  field('sourceMac', 14, bytes(6)),
  field('outerVlan', 20, scalar('be16')),
  field('innerVlan', 22, scalar('be16')),
  field('mtu', 24, scalar('u16')),
  field('flags', 26, scalar('u8')),
  field('sourceAddress', 28, bytes(16)),
]);

export interface Load {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  readonly overload: number;
}
export const loadCodec: StructCodec<Load> = structCodec('load', 16, [
  field('active', 0, scalar('u32')),
  field('inactive', 4, scalar('u32')),
  field('persistent', 8, scalar('u32')),
  field('overload', 12, scalar('u32')),
]);

export interface Traffic {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}
export const trafficCodec: StructCodec<Traffic> = structCodec('traffic', 64, [
  field('connections', 0, scalar('u64')),
  field('inPackets', 8, scalar('u64')),
  field('outPackets', 16, scalar('u64')),
  field('inBytes', 24, scalar('u64')),
  field('outBytes', 32, scalar('u64')),
]);

export interface Estimate {
  readonly lastConnections: bigint;
  readonly lastInPackets: bigint;
  readonly lastOutPackets: bigint;
  readonly lastInBytes: bigint;
  readonly lastOutBytes: bigint;
  readonly connectionRate: bigint;
  readonly inPacketRate: bigint;
  readonly outPacketRate: bigint;
  readonly inByteRate: bigint;
  readonly outByteRate: bigint;
}
export const estimateCodec: StructCodec<Estimate> = structCodec('estimate', 80, [
  field('lastConnections', 0, scalar('u64')),
  field('lastInPackets', 8, scalar('u64')),
  field('lastOutPackets', 16, scalar('u64')),
  field('lastInBytes', 24, scalar('u64')),
  field('lastOutBytes', 32, scalar('u64')),
  field('connectionRate', 40, scalar('u64')),
  field('inPacketRate', 48, scalar('u64')),
  field('outPacketRate', 56, scalar('u64')),
  field('inByteRate', 64, scalar('u64')),
  field('outByteRate', 72, scalar('u64')),
]);

export interface LocalityKey {
  readonly address: Uint8Array;
  readonly service: number;
}
export const localityKeyCodec: StructCodec<LocalityKey> = structCodec('locality_key', 20, [
  field('address', 0, bytes(16)),
  field('service', 16, scalar('u32')),
]);

export interface Locality {
  readonly stamp: bigint;
  readonly used: number;
  readonly changed: number;
  readonly count: number;
  readonly realServers: readonly number[];
}
export const localityCodec: StructCodec<Locality> = structCodec('locality', 152, [
  field('stamp', 0, scalar('u64')),
  field('used', 8, scalar('u32')),
  field('changed', 12, scalar('u32')),
  field('count', 16, scalar('u32')),
  field('realServers', 20, array(scalar('u32'), 4, 32)),
]);

export interface MarkCount {
  readonly packets: bigint;
  readonly bytes: bigint;
}
export const markCountCodec: StructCodec<MarkCount> = structCodec('mark_count', 16, [
  field('packets', 0, scalar('u64')),
  field('bytes', 8, scalar('u64')),
]);

export interface Defence {
  readonly dropCounter: number;
  readonly liveShare: number;
  readonly counted: number;
  readonly countedLive: number;
}
export const defenceCodec: StructCodec<Defence> = structCodec('defence', 16, [
  field('dropCounter', 0, scalar('s32')),
  field('liveShare', 4, scalar('u32')),
  field('counted', 8, scalar('u32')),
  field('countedLive', 12, scalar('u32')),
]);

export interface Cursor {
  readonly position: bigint;
  readonly restarted: bigint;
}
export const cursorCodec: StructCodec<Cursor> = structCodec('cursor', 64, [
  field('position', 0, scalar('u64')),
  field('restarted', 8, scalar('u64')),
]);

export interface EndpointChoice {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
  readonly port: number;
  readonly family: Family;
}
export const endpointChoiceCodec: StructCodec<EndpointChoice> = structCodec('endpoint_choice', 40, [
  field('address', 0, bytes(16)),
  field('mask', 16, bytes(16)),
  field('port', 32, scalar('be16')),
  field('family', 34, scalar('u8')),
]);

export interface ConnectionsToEnd {
  readonly client: EndpointChoice;
  readonly virtualService: EndpointChoice;
  readonly real: EndpointChoice;
  readonly service: number;
  readonly realServer: number;
  readonly states: number;
  readonly protocol: number;
  readonly end: ConnectionEnd;
  readonly onlyRemoved: number;
  readonly first: number;
  readonly count: number;
  readonly ended: number;
}
export const connectionsToEndCodec: StructCodec<ConnectionsToEnd> = structCodec('connections_to_end', 148, [
  field('client', 0, struct(endpointChoiceCodec)),
  field('virtualService', 40, struct(endpointChoiceCodec)),
  field('real', 80, struct(endpointChoiceCodec)),
  field('service', 120, scalar('u32')),
  field('realServer', 124, scalar('u32')),
  field('states', 128, scalar('u32')),
  field('protocol', 132, scalar('u8')),
  field('end', 133, scalar('u8')),
  field('onlyRemoved', 134, scalar('u8')),
  field('first', 136, scalar('u32')),
  field('count', 140, scalar('u32')),
  field('ended', 144, scalar('u32')),
]);

export interface Counts {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}
export const countsCodec: StructCodec<Counts> = structCodec('counts', 40, [
  field('connections', 0, scalar('u64')),
  field('inPackets', 8, scalar('u64')),
  field('outPackets', 16, scalar('u64')),
  field('inBytes', 24, scalar('u64')),
  field('outBytes', 32, scalar('u64')),
]);

export interface ServiceRecord {
  readonly key: ServiceKey;
  readonly inUse: number;
  readonly added: number;
  readonly carried: Counts;
  readonly zeroed: Counts;
}
export const serviceRecordCodec: StructCodec<ServiceRecord> = structCodec('service_record', 112, [
  field('key', 0, struct(serviceKeyCodec)),
  field('inUse', 24, scalar('u8')),
  field('added', 28, scalar('u32')),
  field('carried', 32, struct(countsCodec)),
  field('zeroed', 72, struct(countsCodec)),
]);

export interface ServerRecord {
  readonly zeroed: Counts;
}
export const serverRecordCodec: StructCodec<ServerRecord> = structCodec('server_record', 40, [
  field('zeroed', 0, struct(countsCodec)),
]);

export interface TotalRecord {
  readonly zeroed: Counts;
}
export const totalRecordCodec: StructCodec<TotalRecord> = structCodec('total_record', 40, [
  field('zeroed', 0, struct(countsCodec)),
]);

export interface SyncDaemon {
  readonly group: Uint8Array;
  readonly interface: Uint8Array;
  readonly family: Family;
  readonly syncId: number;
  readonly ttl: number;
  readonly port: number;
  readonly maxLength: number;
}
export const syncDaemonCodec: StructCodec<SyncDaemon> = structCodec('sync_daemon', 40, [
  field('group', 0, bytes(16)),
  field('interface', 16, bytes(16)),
  field('family', 32, scalar('u8')),
  field('syncId', 33, scalar('u8')),
  field('ttl', 34, scalar('u8')),
  field('port', 36, scalar('u16')),
  field('maxLength', 38, scalar('u16')),
]);

export const MAPS = {
  '.data.settings': { type: 2, keySize: 4, valueSize: 8384, maxEntries: 1, flags: 1024, pin: 'settings' },
  '.rodata': { type: 2, keySize: 4, valueSize: 72, maxEntries: 1, flags: 1152, pin: 'limits' },
  answer_budgets: { type: 2, keySize: 4, valueSize: 8, maxEntries: 1, flags: 1024, pin: 'answer_budgets' },
  assemblies: { type: 2, keySize: 4, valueSize: 1720, maxEntries: 1024, flags: 1024, pin: 'assemblies' },
  call_ids: { type: 1, keySize: 4, valueSize: 256, maxEntries: 1, flags: 1, pin: 'call_ids' },
  call_works: { type: 2, keySize: 4, valueSize: 1448, maxEntries: 1, flags: 1024, pin: 'call_works' },
  calling_servers: { type: 1, keySize: 20, valueSize: 4, maxEntries: 1, flags: 1, pin: 'calling_servers' },
  connections: { type: 2, keySize: 4, valueSize: 64, maxEntries: 1, flags: 1024, pin: 'connections' },
  controls: { type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 1024, pin: 'controls' },
  cursors: { type: 2, keySize: 4, valueSize: 64, maxEntries: 1, flags: 1024, pin: 'cursors' },
  defences: { type: 2, keySize: 4, valueSize: 16, maxEntries: 1, flags: 1024, pin: 'defences' },
  errand_programs: { type: 3, keySize: 4, valueSize: 4, maxEntries: 18, flags: 0, pin: 'errand_programs' },
  errands: { type: 2, keySize: 4, valueSize: 32, maxEntries: 1, flags: 1024, pin: 'errands' },
  estimates: { type: 2, keySize: 4, valueSize: 80, maxEntries: 1, flags: 1024, pin: 'estimates' },
  ftp_controls: { type: 1, keySize: 8, valueSize: 16, maxEntries: 1, flags: 1, pin: 'ftp_controls' },
  ftp_works: { type: 2, keySize: 4, valueSize: 768, maxEntries: 1, flags: 1024, pin: 'ftp_works' },
  interface_numbers: { type: 1, keySize: 4, valueSize: 4, maxEntries: 4096, flags: 0, pin: 'interface_numbers' },
  interfaces: { type: 2, keySize: 4, valueSize: 40, maxEntries: 1, flags: 1024, pin: 'interfaces' },
  loads: { type: 2, keySize: 4, valueSize: 16, maxEntries: 1, flags: 1024, pin: 'loads' },
  local_addresses: { type: 1, keySize: 20, valueSize: 4, maxEntries: 1024, flags: 0, pin: 'local_addresses' },
  local_delivery: { type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 1024, pin: 'local_delivery' },
  localities: { type: 9, keySize: 20, valueSize: 152, maxEntries: 16384, flags: 0, pin: 'localities' },
  locality_drafts: { type: 2, keySize: 4, valueSize: 176, maxEntries: 1, flags: 1024, pin: 'locality_drafts' },
  mark_counts: { type: 2, keySize: 4, valueSize: 16, maxEntries: 2049, flags: 1024, pin: 'mark_counts' },
  mark_rules: { type: 2, keySize: 4, valueSize: 240, maxEntries: 2048, flags: 1024, pin: 'mark_rules' },
  members: { type: 2, keySize: 4, valueSize: 32, maxEntries: 1, flags: 1024, pin: 'members' },
  next_hops: { type: 2, keySize: 4, valueSize: 64, maxEntries: 1, flags: 1024, pin: 'next_hops' },
  openings: { type: 2, keySize: 4, valueSize: 48, maxEntries: 1, flags: 1024, pin: 'openings' },
  outcomes: { type: 2, keySize: 4, valueSize: 8, maxEntries: 1, flags: 1024, pin: 'outcomes' },
  own_macs: { type: 1, keySize: 8, valueSize: 4, maxEntries: 4096, flags: 0, pin: 'own_macs' },
  path_mtus: { type: 9, keySize: 20, valueSize: 8, maxEntries: 4096, flags: 0, pin: 'path_mtus' },
  real_servers: { type: 2, keySize: 4, valueSize: 64, maxEntries: 1, flags: 1024, pin: 'real_servers' },
  rooms: { type: 2, keySize: 4, valueSize: 163856, maxEntries: 32, flags: 0, pin: 'rooms' },
  schedule_levels: { type: 2, keySize: 4, valueSize: 16, maxEntries: 1, flags: 1024, pin: 'schedule_levels' },
  schedule_slots: { type: 2, keySize: 4, valueSize: 16, maxEntries: 1, flags: 1024, pin: 'schedule_slots' },
  server_records: { type: 2, keySize: 4, valueSize: 40, maxEntries: 1, flags: 1024, pin: 'server_records' },
  service_records: { type: 2, keySize: 4, valueSize: 112, maxEntries: 1, flags: 1024, pin: 'service_records' },
  services: { type: 1, keySize: 24, valueSize: 56, maxEntries: 1, flags: 0, pin: 'services' },
  stations: { type: 2, keySize: 4, valueSize: 8, maxEntries: 4096, flags: 1024, pin: 'stations' },
  sweeper: { type: 2, keySize: 4, valueSize: 32, maxEntries: 1, flags: 0, pin: 'sweeper' },
  sync_daemons: { type: 2, keySize: 4, valueSize: 40, maxEntries: 2, flags: 1024, pin: 'sync_daemons' },
  total_records: { type: 2, keySize: 4, valueSize: 40, maxEntries: 1, flags: 1024, pin: 'total_records' },
  traffic: { type: 2, keySize: 4, valueSize: 64, maxEntries: 1, flags: 1024, pin: 'traffic' },
} as const satisfies Readonly<Record<string, MapLayout>>;
export type MapName = keyof typeof MAPS;

export interface MapKeys {
  readonly '.data.settings': number;
  readonly '.rodata': number;
  readonly answer_budgets: number;
  readonly assemblies: number;
  readonly call_ids: number;
  readonly call_works: number;
  readonly calling_servers: CallingServer;
  readonly connections: number;
  readonly controls: number;
  readonly cursors: number;
  readonly defences: number;
  readonly errand_programs: number;
  readonly errands: number;
  readonly estimates: number;
  readonly ftp_controls: bigint;
  readonly ftp_works: number;
  readonly interface_numbers: number;
  readonly interfaces: number;
  readonly loads: number;
  readonly local_addresses: LocalAddress;
  readonly local_delivery: number;
  readonly localities: LocalityKey;
  readonly locality_drafts: number;
  readonly mark_counts: number;
  readonly mark_rules: number;
  readonly members: number;
  readonly next_hops: number;
  readonly openings: number;
  readonly outcomes: number;
  readonly own_macs: MacKey;
  readonly path_mtus: Uint8Array;
  readonly real_servers: number;
  readonly rooms: number;
  readonly schedule_levels: number;
  readonly schedule_slots: number;
  readonly server_records: number;
  readonly service_records: number;
  readonly services: ServiceKey;
  readonly stations: number;
  readonly sweeper: number;
  readonly sync_daemons: number;
  readonly total_records: number;
  readonly traffic: number;
}

export interface MapValues {
  readonly '.data.settings': Settings;
  readonly '.rodata': Limits;
  readonly answer_budgets: Uint8Array;
  readonly assemblies: Uint8Array;
  readonly call_ids: CallId;
  readonly call_works: Uint8Array;
  readonly calling_servers: number;
  readonly connections: Connection;
  readonly controls: number;
  readonly cursors: Cursor;
  readonly defences: Defence;
  readonly errand_programs: number;
  readonly errands: Uint8Array;
  readonly estimates: Estimate;
  readonly ftp_controls: Uint8Array;
  readonly ftp_works: Uint8Array;
  readonly interface_numbers: number;
  readonly interfaces: Interface;
  readonly loads: Load;
  readonly local_addresses: number;
  readonly local_delivery: number;
  readonly localities: Locality;
  readonly locality_drafts: Uint8Array;
  readonly mark_counts: MarkCount;
  readonly mark_rules: MarkRule;
  readonly members: Member;
  readonly next_hops: NextHop;
  readonly openings: Uint8Array;
  readonly outcomes: bigint;
  readonly own_macs: number;
  readonly path_mtus: Uint8Array;
  readonly real_servers: RealServer;
  readonly rooms: Uint8Array;
  readonly schedule_levels: ScheduleLevel;
  readonly schedule_slots: ScheduleSlot;
  readonly server_records: ServerRecord;
  readonly service_records: ServiceRecord;
  readonly services: VirtualService;
  readonly stations: Station;
  readonly sweeper: Uint8Array;
  readonly sync_daemons: SyncDaemon;
  readonly total_records: TotalRecord;
  readonly traffic: Traffic;
}

export const KEY_CODECS: { readonly [Name in MapName]: Codec<MapKeys[Name]> } = {
  '.data.settings': scalarCodec('u32'),
  '.rodata': scalarCodec('u32'),
  answer_budgets: scalarCodec('u32'),
  assemblies: scalarCodec('u32'),
  call_ids: scalarCodec('u32'),
  call_works: scalarCodec('u32'),
  calling_servers: callingServerCodec,
  connections: scalarCodec('u32'),
  controls: scalarCodec('u32'),
  cursors: scalarCodec('u32'),
  defences: scalarCodec('u32'),
  errand_programs: scalarCodec('u32'),
  errands: scalarCodec('u32'),
  estimates: scalarCodec('u32'),
  ftp_controls: scalarCodec('u64'),
  ftp_works: scalarCodec('u32'),
  interface_numbers: scalarCodec('u32'),
  interfaces: scalarCodec('u32'),
  loads: scalarCodec('u32'),
  local_addresses: localAddressCodec,
  local_delivery: scalarCodec('u32'),
  localities: localityKeyCodec,
  locality_drafts: scalarCodec('u32'),
  mark_counts: scalarCodec('u32'),
  mark_rules: scalarCodec('u32'),
  members: scalarCodec('u32'),
  next_hops: scalarCodec('u32'),
  openings: scalarCodec('u32'),
  outcomes: scalarCodec('u32'),
  own_macs: macKeyCodec,
  path_mtus: opaqueCodec('path_mtus', 20),
  real_servers: scalarCodec('u32'),
  rooms: scalarCodec('u32'),
  schedule_levels: scalarCodec('u32'),
  schedule_slots: scalarCodec('u32'),
  server_records: scalarCodec('u32'),
  service_records: scalarCodec('u32'),
  services: serviceKeyCodec,
  stations: scalarCodec('u32'),
  sweeper: scalarCodec('u32'),
  sync_daemons: scalarCodec('u32'),
  total_records: scalarCodec('u32'),
  traffic: scalarCodec('u32'),
};

export const VALUE_CODECS: { readonly [Name in MapName]: Codec<MapValues[Name]> } = {
  '.data.settings': settingsCodec,
  '.rodata': limitsCodec,
  answer_budgets: opaqueCodec('answer_budgets', 8),
  assemblies: opaqueCodec('assemblies', 1720),
  call_ids: callIdCodec,
  call_works: opaqueCodec('call_works', 1448),
  calling_servers: scalarCodec('u32'),
  connections: connectionCodec,
  controls: scalarCodec('u32'),
  cursors: cursorCodec,
  defences: defenceCodec,
  errand_programs: scalarCodec('u32'),
  errands: opaqueCodec('errands', 32),
  estimates: estimateCodec,
  ftp_controls: opaqueCodec('ftp_controls', 16),
  ftp_works: opaqueCodec('ftp_works', 768),
  interface_numbers: scalarCodec('u32'),
  interfaces: interfaceCodec,
  loads: loadCodec,
  local_addresses: scalarCodec('u32'),
  local_delivery: scalarCodec('u32'),
  localities: localityCodec,
  locality_drafts: opaqueCodec('locality_drafts', 176),
  mark_counts: markCountCodec,
  mark_rules: markRuleCodec,
  members: memberCodec,
  next_hops: nextHopCodec,
  openings: opaqueCodec('openings', 48),
  outcomes: scalarCodec('u64'),
  own_macs: scalarCodec('u32'),
  path_mtus: opaqueCodec('path_mtus', 8),
  real_servers: realServerCodec,
  rooms: opaqueCodec('rooms', 163856),
  schedule_levels: scheduleLevelCodec,
  schedule_slots: scheduleSlotCodec,
  server_records: serverRecordCodec,
  service_records: serviceRecordCodec,
  services: virtualServiceCodec,
  stations: stationCodec,
  sweeper: opaqueCodec('sweeper', 32),
  sync_daemons: syncDaemonCodec,
  total_records: totalRecordCodec,
  traffic: trafficCodec,
};
