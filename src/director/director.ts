// SPDX-License-Identifier: Apache-2.0
/** The director of the current network namespace, behind the command lines. The maps are opened at the first question. */
import { serviceKeyText, zero, zeroMarkCounts } from '../image/index.js';
import type { Counts, Load, Snapshot } from '../image/index.js';
import { ensureBpffs } from '../kernel/bpffs.js';
import { endConnections } from '../kernel/end_connections.js';
import type { ConnectionChoice, End } from '../kernel/end_connections.js';
import { readLinks } from '../kernel/links.js';
import { withLock } from '../kernel/lock.js';
import type { Maps } from '../kernel/maps.js';
import { PinnedMaps } from '../kernel/pinned_maps.js';
import { Pins } from '../kernel/pins.js';
import { NoSuchService } from '../model/errors.js';
import type { Device } from '../model/sync_daemon.js';
import type { RealServer, ServiceKey, State, VirtualService } from '../model/types.js';
import type { Connection } from '../observe/connections.js';
import type { Rates } from '../observe/counters.js';
import { sumOutcomes } from '../observe/counters.js';
import type { Changed } from './change.js';
import { changeState, rewrite } from './change.js';
import { choicesOf } from './end_connections.js';
import { connectionsOf } from './connections.js';
import { followRealServers } from './followers.js';
import type { Needs, Reading, ServerReading, ServiceReading } from './observations.js';
import { readingOf } from './observations.js';
import { limitsOf, liveSnapshotOf } from './snapshot.js';

export interface ServiceObserved {
  readonly counts: Counts;
  readonly rates: Rates;
}

export interface ServerObserved extends ServiceObserved {
  readonly load: Load;
}

/** A state with what was observed of its very services and real servers. */
export interface Observed {
  readonly state: State;
  service(service: VirtualService): ServiceObserved;
  realServer(server: RealServer): ServerObserved;
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
    return this.reading('load').state;
  }

  reading(needs: Needs = 'counts'): Reading {
    const { maps } = this.open();
    return withLock(() => readingOf(maps, liveSnapshotOf(maps), needs));
  }

  /** With expire_nodest_conn the connections of what it removes end with it. */
  change(next: (state: State) => State): void {
    const changed = this.#follow(next);
    if (changed.settings?.['expire_nodest_conn']) this.#endConnectionsOf(changed, 'reschedule');
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
    followRealServers(maps, changed.moved);
    return changed;
  }

  #endConnectionsOf(changed: Changed, end: End): number {
    const { removed } = changed;
    if (removed.length === 0) return 0;
    const { maps } = this.open();
    const choices = withLock(() => choicesOf(liveSnapshotOf(maps), removed));
    return choices.reduce((sum, choice) => sum + this.endConnections(choice, end), 0);
  }

  observe(needs: Needs): Observed {
    const { state, services } = this.reading(needs);
    const ofServices = new Map<VirtualService, ServiceReading>();
    const ofServers = new Map<RealServer, ServerReading>();
    for (const reading of services.values()) {
      ofServices.set(reading.service, reading);
      for (const server of reading.realServers) ofServers.set(server.realServer, server);
    }
    return {
      state,
      service: (service) => new Observation(ofServices.get(service)!),
      realServer: (server) => new ServerObservation(ofServers.get(server)!),
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

  /** An interface of this network namespace. */
  findDevice(name: string): Device | undefined {
    const link = readLinks().find(({ ifname }) => ifname === name);
    const has = (flag: string) => link?.flags?.includes(flag) ?? false;
    return link && { mtu: link.mtu, isUp: has('UP'), isLoopback: has('LOOPBACK') };
  }

  /** Packets by number in enum outcome, since the maps were made. */
  outcomes(): readonly bigint[] {
    const { maps } = this.open();
    return sumOutcomes(maps.memory('outcomes').buffer, limitsOf(maps).cpus);
  }
}

/** Rates are looked up only where they are shown. */
class Observation<Read extends ServiceReading | ServerReading> implements ServiceObserved {
  constructor(protected readonly reading: Read) {}

  get counts(): Counts {
    return this.reading.counts;
  }

  get rates(): Rates {
    return this.reading.rates();
  }
}

class ServerObservation extends Observation<ServerReading> implements ServerObserved {
  get load(): Load {
    return this.reading.load;
  }
}

function isService({ image }: Snapshot, text: string): boolean {
  return image.services.has(text);
}
