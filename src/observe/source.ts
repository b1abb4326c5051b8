// SPDX-License-Identifier: Apache-2.0
/** What the metrics ask of the world. Whoever wires the program builds a Source from the pinned maps; tests fake one. */
import type { Counts, Load } from '../image/index.js';
import type { RealServer, State, VirtualService } from '../model/types.js';
import type { Connection } from './connections.js';
import type { Rates } from './counters.js';

export type { Counts, Load };

export interface ObservedRealServer {
  readonly realServer: RealServer;
  readonly load: Load;
  /** Since the start, or `-Z`. Bytes are IP length. */
  readonly counts: Counts;
}

export interface ObservedService {
  readonly service: VirtualService;
  readonly counts: Counts;
  /** Members of the service; those removed with connections left are not among them. */
  readonly realServers: readonly ObservedRealServer[];
}

/** `jiffies` is the low half, as connections keep it. */
export interface Clock {
  readonly jiffies: number;
  readonly hz: number;
}

export interface TableUse {
  readonly table: string;
  readonly entries: number;
  readonly capacity: number;
}

export interface AttachedInterface {
  readonly name: string;
  readonly mode: 'native' | 'generic';
}

/** One network namespace's director, as its pinned maps show it at the moment of each call. */
export interface Director {
  clock(): Clock;
  state(): State;
  services(): Iterable<ObservedService>;
  /** The map `connections` in pieces: struct connection, one after the other. A piece is good until the next is asked for. */
  connections(): Iterable<Uint8Array<ArrayBuffer>>;
  /** All of it decoded, one by one as they are asked for. */
  listConnections(): Iterable<Connection>;
  /** Packets by number in enum outcome, summed over CPUs. */
  outcomes(): readonly bigint[];
  /** All that real servers' traffic ever was; neither `-Z` nor a deleted service takes from it. */
  totals(): Counts;
  /** The same since `-Z` of all. */
  totalsSinceZero(): Counts;
  /** The same, each CPU's share by itself. */
  totalsByCpu(): readonly Counts[];
  /** Moving averages of the same. */
  rates(): Rates;
  /** Every table that can fill up but `connections`. */
  tables(): Iterable<TableUse>;
  interfaces(): Iterable<AttachedInterface>;
  /** Seconds since the sweeper last ran; undefined if it never did. */
  sweeperAgeS(): number | undefined;
}

export interface Source {
  /** xdpvs's version and the layout of the maps that it understands. */
  readonly build: { readonly version: string; readonly layout: string };
  /**
   * What is pinned now, opened anew where it appeared or was replaced; undefined when nothing is. Throws when there is
   * something that this build cannot read.
   */
  director(): Director | undefined;
}
