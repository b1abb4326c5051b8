// SPDX-License-Identifier: Apache-2.0
/** Connection synchronisation as ipvsadm asks for it, and what the kernel makes of that (net/netfilter/ipvs/ip_vs_sync.c). */
import { parseAddress } from './address.js';
import { NetworkUnreachable, NoSuchDevice } from './errors.js';
import type { Address, SyncDaemon, SyncRole } from './types.js';

/** As typed. What is undefined was not said. */
export interface SyncDaemonRequest {
  readonly role: SyncRole;
  readonly interface: string;
  readonly syncId: number;
  readonly maxLength: number | undefined;
  readonly group: Address | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
}

/** What a daemon asks of the interface that it speaks through. */
export interface Device {
  readonly mtu: number;
  readonly isUp: boolean;
  readonly isLoopback: boolean;
}

/** undefined: there is none of this name. */
export type FindDevice = (name: string) => Device | undefined;

const DEFAULT_GROUP = parseAddress('224.0.0.81')!;
const DEFAULT_PORT = 8848;
const DEFAULT_TTL = 1;

const LONGEST_PACKET = 65535;
const ETHERNET_MTU = 1500;
const UDP_HEADER = 8;
const IP_HEADER = { 4: 20, 6: 40 } as const;
/** A backup must take what a master that was not told otherwise sends. */
const LEAST_LENGTH: Readonly<Record<SyncRole, number>> = { master: 1, backup: 1024 };

/** Throws NoSuchDevice. */
export function syncDaemonOf(request: SyncDaemonRequest, device: Device | undefined): SyncDaemon {
  if (!device) throw new NoSuchDevice();
  const { role, group = DEFAULT_GROUP, maxLength, port = DEFAULT_PORT, ttl = DEFAULT_TTL } = request;
  const headers = IP_HEADER[group.family] + UDP_HEADER;
  const mtu = role === 'backup' ? clamp(device.mtu, ETHERNET_MTU, LONGEST_PACKET) : ETHERNET_MTU;
  return {
    interface: request.interface,
    syncId: request.syncId,
    maxLength: maxLength === undefined ? mtu - headers : clamp(maxLength, LEAST_LENGTH[role], LONGEST_PACKET - headers),
    group,
    port,
    ttl,
  };
}

/** A master connects to its group, which takes a route; a backup only listens. Throws NetworkUnreachable. */
export function refuseUnreachable({ role, group = DEFAULT_GROUP }: SyncDaemonRequest, device: Device): void {
  const hasRoute = device.isUp && !(device.isLoopback && group.family === 6);
  if (role === 'master' && !hasRoute) throw new NetworkUnreachable();
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
