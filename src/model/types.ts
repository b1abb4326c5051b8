// SPDX-License-Identifier: Apache-2.0
/** The words of LVS as types. Nothing here knows of maps, bytes or the command line. */
import type { Settings } from './settings.js';

export type Family = 4 | 6;

/** 'tcp' | 'udp' | 'sctp' for a virtual service with an address; a firewall mark has none. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** An address in its family's canonical text: dotted quad, or RFC 5952 as inet_ntop prints it. */
export interface Address {
  readonly family: Family;
  /** 4 or 16 bytes, network order. */
  readonly bytes: Uint8Array;
}

/** What a virtual service is found by. */
export type ServiceKey =
  | { readonly kind: 'address'; readonly protocol: Protocol; readonly address: Address; readonly port: number }
  | { readonly kind: 'mark'; readonly mark: number; readonly family: Family };

export const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
  'twos',
] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

export interface Persistence {
  /** Seconds a template lives after its last connection. */
  readonly timeoutS: number;
  /** IPv4: netmask as an unsigned 32-bit number (0xffffffff by default). IPv6: prefix length (128 by default). */
  readonly mask: number;
}

/** As IP_VS_SVC_F_SCHED1..3; what they mean depends on the scheduler. */
export interface SchedulerFlags {
  readonly flag1: boolean;
  readonly flag2: boolean;
  readonly flag3: boolean;
}

export type ForwardingMethod = 'masquerade' | 'direct-route' | 'tunnel';
export type TunnelType = 'ipip' | 'gue' | 'gre';

export interface Tunnel {
  readonly type: TunnelType;
  /** UDP port of GUE, else 0. */
  readonly port: number;
  readonly checksum: 'none' | 'outer' | 'remote';
}

/** A real server is found, within its virtual service, by address and port. */
export interface RealServer {
  readonly address: Address;
  /** 0: the port that the client asked for. */
  readonly port: number;
  readonly method: ForwardingMethod;
  /** Only meaningful with method 'tunnel'; ipip otherwise. */
  readonly tunnel: Tunnel;
  /** 0 (quiesced) to 2147483647. */
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
}

export interface VirtualService {
  readonly key: ServiceKey;
  readonly scheduler: Scheduler;
  readonly schedulerFlags: SchedulerFlags;
  readonly onePacket: boolean;
  readonly persistence: Persistence | undefined;
  /** Name of the module that tells one client's connections apart by what they say, such as `sip`. Absent: none. */
  readonly persistenceEngine?: string;
  /** IPVS's order: the one added last comes first. */
  readonly realServers: readonly RealServer[];
}

/** Seconds, as `ipvsadm --set` takes them. */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

export type SyncRole = 'master' | 'backup';

/** A synchronisation daemon that was started. */
export interface SyncDaemon {
  readonly interface: string;
  readonly syncId: number;
  /** Bytes of the longest message. */
  readonly maxLength: number;
  /** Multicast. */
  readonly group: Address;
  readonly port: number;
  readonly ttl: number;
}

export type SyncDaemons = { readonly [Role in SyncRole]?: SyncDaemon };

/** What a rule asks of one property of a packet. */
export interface Match<Wanted> {
  readonly wanted: Wanted;
  /** It asks for anything else. */
  readonly isInverted: boolean;
}

export interface Network {
  readonly address: Address;
  /** Leading bits that count. */
  readonly length: number;
}

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A packet that all of it matches is marked: mark = (mark & ~mask) ^ value. What is undefined matches any packet. */
export interface MarkRule {
  readonly family: Family | undefined;
  readonly source: Match<Network> | undefined;
  readonly destination: Match<Network> | undefined;
  /** As IANA numbers them. */
  readonly protocol: Match<number> | undefined;
  readonly interface: Match<{ readonly name: string; readonly index: number }> | undefined;
  readonly sourcePorts: Match<readonly PortRange[]> | undefined;
  readonly destinationPorts: Match<readonly PortRange[]> | undefined;
  readonly value: number;
  readonly mask: number;
}

/** All that commands change. Services stand in the order in which they were added. */
export interface State {
  readonly services: ReadonlyMap<string, VirtualService>;
  readonly timeouts: Timeouts;
  /** Absent: of one that is compiled, as they are; of one that was read, all as by default. */
  readonly settings?: Settings;
  /** In the order in which packets meet them. Absent: none, or of what a file asks for, not said. */
  readonly marks?: readonly MarkRule[];
  /** Absent: none was started. */
  readonly syncDaemons?: SyncDaemons;
}
