// SPDX-License-Identifier: Apache-2.0
/** What ipvsadm's language asks of the director behind it. */
import type { Endpoint } from '../../model/requests.js';
import type { Device } from '../../model/sync_daemon.js';
import type { RealServer, ServiceKey, State, VirtualService } from '../../model/types.js';

export interface Backend {
  read(): State;
  /** Takes the director from its state to the next, once, under its lock; what `next` throws comes out unchanged. */
  change(next: (state: State) => State): void;
  /** `counts`: also what passed, and rates. */
  observe(needs: 'load' | 'counts'): Observed;
  /** Sets counters to zero: a service's and its real servers', or all. Throws NoSuchService. */
  zero(key?: ServiceKey): void;
  connections(): Iterable<ConnectionEntry>;
  /** An interface of the director's host. */
  findDevice(name: string): Device | undefined;
}

/** What passed. Bytes are IP length. */
export interface Counts {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

/** Each a second. */
export type Rates = { readonly [Count in keyof Counts]: number };

export interface Load {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
}

export interface ServiceObservation {
  readonly counts: Counts;
  readonly rates: Rates;
}

export interface ServerObservation extends ServiceObservation {
  readonly load: Load;
}

/** A state with what was observed of its very services and real servers. */
export interface Observed {
  readonly state: State;
  service(service: VirtualService): ServiceObservation;
  realServer(server: RealServer): ServerObservation;
}

/** A connection or a persistence template. */
export interface ConnectionEntry {
  /** As IANA numbers them; 0 for the template of a firewall mark's service. */
  readonly protocol: number;
  /** IPVS's word, such as ESTABLISHED. */
  readonly state: string;
  readonly secondsLeft: number;
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly real: Endpoint;
  readonly persistenceEngine?: { readonly name: string; readonly data: string };
}
