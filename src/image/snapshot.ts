// SPDX-License-Identifier: Apache-2.0
import type { Counts } from './counts.js';
import type { Image } from './image.js';

/** Connections that name a real server. */
export interface Load {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
}

/** What a rule matched, of packets without a connection. Bytes are IP length. */
export interface Marked {
  readonly packets: bigint;
  readonly bytes: bigint;
}

/** How far the data plane has picked; see struct cursor. */
export interface Cursor {
  /** Picks made for a service's number since the maps were made. */
  readonly position: bigint;
  readonly restarted: bigint;
}

/** How many entries each map was made with. */
export interface Capacities {
  readonly services: number;
  readonly servers: number;
  readonly members: number;
  readonly levels: number;
  readonly slots: number;
}

/** What the maps hold at one moment, with what the data plane counted. Functions take the number of a map's entry. */
export interface Snapshot {
  readonly image: Image;
  readonly capacities: Capacities;
  /** Jiffies a second. */
  readonly hz: number;
  cursor(service: number): Cursor;
  load(server: number): Load;
  /** What the data plane noted of a real server's overload, as in struct load. */
  overload(server: number): number;
  /** What the rule of this number ever matched, whoever held the number. */
  marked(rule: number): Marked;
  /** Traffic of a real server's number, summed over CPUs, since the maps were made: whoever held the number. */
  traffic(server: number): Counts;
  /** That of all numbers together. */
  totalTraffic(): Counts;
}

export function isIdle(load: Load): boolean {
  return load.active === 0 && load.inactive === 0 && load.persistent === 0;
}
