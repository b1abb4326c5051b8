// SPDX-License-Identifier: Apache-2.0
/** The director of the current network namespace, behind the command lines. The maps are opened at the first question. */
import { serviceKeyText, zero, zeroMarkCounts } from '../image/index.js';
import type { Counts, Load, Snapshot } from '../image/index.js';
import { ensureBpffs } from '../kernel/bpffs.js';
import { endConnections } from '../kernel/end_connections.js';
import type { ConnectionChoice, End } from '../kernel/end_connections.js';
import { withLock } from '../kernel/lock.js';
import type { Maps } from '../kernel/maps.js';
import { PinnedMaps } from '../kernel/pinned_maps.js';
import { Pins } from '../kernel/pins.js';
import { sameAddress } from '../model/address.js';
import { NoSuchService } from '../model/errors.js';
import type { Endpoint } from '../model/requests.js';
import { serviceId } from '../model/service_id.js';
import type { ServiceKey, State } from '../model/types.js';
import type { Connection } from '../observe/connections.js';
import type { Rates } from '../observe/counters.js';
import { sumOutcomes } from '../observe/counters.js';
import type { Changed } from './change.js';
import { changeState, rewrite } from './change.js';
import { choicesOf, removedServers } from './end_connections.js';
import { connectionsOf } from './connections.js';
import { followRealServers } from './followers.js';
import type { Reading, ServiceReading } from './observations.js';
import { readingOf } from './observations.js';
import { limitsOf, snapshotOf } from './snapshot.js';

export interface ServiceObserved {
  readonly counts: Counts;
  readonly rates: Rates;
}

export interface ServerObserved extends ServiceObserved {
  readonly load: Load;
}

export interface Observed {
  service(key: ServiceKey): ServiceObserved;
  realServer(key: ServiceKey, endpoint: Endpoint): ServerObserved;
}

export class Director {
  #opened: { readonly maps: Maps; readonly pins: Pins } | undefined;

  /** Throws KernelError (not attached, not permitted, another layout). */
  open(): { readonly maps: Maps; readonly pins: Pins } {
    if (this.#opened) return this.#opened;
    ensureBpffs();
    const pins = Pins.here();
    this.#opened = { maps: PinnedMaps.open(pins), pins };
    return this.#opened;
  }

  read(): State {
    return this.reading().state;
  }

  reading(): Reading {
    const { maps } = this.open();
    return withLock(() => readingOf(maps, snapshotOf(maps)));
  }

  /** With expire_nodest_conn the connections of what it removes end with it. */
  change(next: (state: State) => State): void {
    const changed = this.#follow(next);
    if (changed.after.settings?.['expire_nodest_conn']) this.#endConnectionsOf(changed, 'reschedule');
  }

  /** Makes the change, and ends the connections of the real servers that it removes. Gives how many those were. */
  remove(next: (state: State) => State, end: End): number {
    return this.#endConnectionsOf(this.#follow(next), end);
  }

  /** Gives how many they were. */
  endConnections(choice: ConnectionChoice, end: End): number {
    const { maps, pins } = this.open();
    return endConnections(pins, maps.capacity('connections'), choice, end);
  }

  #follow(next: (state: State) => State): Changed {
    const { maps } = this.open();
    const changed = changeState(maps, next);
    followRealServers(maps, changed);
    return changed;
  }

  #endConnectionsOf(changed: Changed, end: End): number {
    const removed = removedServers(changed);
    if (removed.length === 0) return 0;
    const { maps } = this.open();
    const choices = withLock(() => choicesOf(snapshotOf(maps), removed));
    return choices.reduce((sum, choice) => sum + this.endConnections(choice, end), 0);
  }

  /** Of a state read at the same moment. */
  observations(): Observed {
    const { services } = this.reading();
    const find = (key: ServiceKey): ServiceReading => {
      const found = services.get(serviceId(key));
      if (!found) throw new NoSuchService();
      return found;
    };
    return {
      service: (key) => observed(find(key)),
      realServer: (key, endpoint) => {
        const server = find(key).realServers.find(
          ({ realServer }) => realServer.port === endpoint.port && sameAddress(realServer.address, endpoint.address),
        );
        if (!server) throw new Error(`no counters for a real server of ${serviceId(key)}`);
        return { ...observed(server), load: server.load };
      },
    };
  }

  /** Counters of one service, or of all, begin at 0 again. */
  zero(key?: ServiceKey): void {
    rewrite(this.open().maps, (snapshot) => {
      const text = key && serviceKeyText(key);
      if (text !== undefined && !isService(snapshot, text)) throw new NoSuchService();
      return zero(snapshot, text);
    });
  }

  /** Counts of the rule at one place, from 0, or of all rules that mark packets. */
  zeroMarks(place?: number): void {
    rewrite(this.open().maps, (snapshot) => zeroMarkCounts(snapshot, place));
  }

  connections(): Iterable<Connection> {
    const { maps, pins } = this.open();
    return connectionsOf(maps, pins);
  }

  /** Packets by number in enum outcome, since the maps were made. */
  outcomes(): readonly bigint[] {
    const { maps } = this.open();
    return sumOutcomes(maps.memory('outcomes').buffer, limitsOf(maps).cpus);
  }
}

function observed(reading: { readonly counts: Counts; rates(): Rates }): ServiceObserved {
  return {
    counts: reading.counts,
    get rates() {
      return reading.rates();
    },
  };
}

function isService({ image }: Snapshot, text: string): boolean {
  return image.services.has(text);
}
