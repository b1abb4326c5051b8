// SPDX-License-Identifier: Apache-2.0
/** A director as its pinned maps show it. */
import { counters, decompile, serviceKeyText, totalCounts, type Snapshot } from '../image/index.js';
import type { FindCall } from './call_ids.js';
import { listConnections } from './connections.js';
import { ratesOf, sumOutcomes, totalTraffic, trafficByCpu } from './counters.js';
import { findRealServerIn } from './find_real_server.js';
import type { AttachedInterface, Director, ObservedService, TableUse } from './source.js';

type MemoryName = 'traffic' | 'outcomes' | 'estimates' | 'real_servers' | 'service_records';

/** What a reader of the maps hands over for one look. Memory is shared with the data plane. */
export interface PinnedMaps {
  /** Taken under the lock, so that it is whole. */
  readonly snapshot: Snapshot;
  readonly memory: Readonly<Record<MemoryName, ArrayBuffer>>;
  /** Copies, a piece at a time. */
  readonly connectionPieces: () => Iterable<Uint8Array<ArrayBuffer>>;
  /** Shared memory; mapped only for who asks, since all of it counts as this process's. */
  readonly connections: () => ArrayBuffer;
  readonly call: FindCall;
  readonly cpus: number;
  /** Low half of jiffies, now. */
  readonly jiffies: number;
  /** Low half of jiffies when the sweeper last ran; undefined if it never did. */
  readonly beat: number | undefined;
  readonly interfaces: readonly AttachedInterface[];
}

export function directorOf(pinned: PinnedMaps): Director {
  const { snapshot, memory, cpus, jiffies, beat, interfaces, connections, connectionPieces, call } = pinned;
  const { hz, capacities, image } = snapshot;
  const shape = { cpus, servers: capacities.servers };
  return {
    clock: () => ({ jiffies, hz }),
    state: () => decompile(image, hz),
    services: () => observedServices(snapshot),
    connections: connectionPieces,
    outcomes: () => sumOutcomes(memory.outcomes, cpus),
    listConnections: () =>
      listConnections(
        connections(),
        { jiffies, hz },
        { server: findRealServerIn(memory.real_servers, memory.service_records), call },
      ),
    totals: () => totalTraffic(memory.traffic, shape),
    totalsSinceZero: () => totalCounts(snapshot),
    totalsByCpu: () => trafficByCpu(memory.traffic, shape),
    rates: () => ratesOf(memory.estimates, [...image.arrays.real_servers.keys()]),
    tables: () => tableUse(snapshot),
    interfaces: () => interfaces,
    sweeperAgeS: () => (beat === undefined ? undefined : ((jiffies - beat) >>> 0) / hz),
  };
}

function* observedServices(snapshot: Snapshot): Generator<ObservedService> {
  const countersOf = counters(snapshot);
  for (const service of decompile(snapshot.image, snapshot.hz).services.values()) {
    const counted = countersOf.get(serviceKeyText(service.key));
    if (!counted) throw new Error('a virtual service has no counters');
    const realServers = service.realServers.map((realServer, index) => {
      const { number, counts } = counted.realServers[index]!;
      return { realServer, counts, load: snapshot.load(number) };
    });
    yield { service, counts: counted.counts, realServers };
  }
}

/** Under the names of the maps. */
function tableUse({ image, capacities }: Snapshot): TableUse[] {
  const { members, schedule_levels, schedule_slots, real_servers } = image.arrays;
  return [
    { table: 'services', entries: image.services.size, capacity: capacities.services },
    { table: 'real_servers', entries: real_servers.size, capacity: capacities.servers },
    { table: 'members', entries: members.size, capacity: capacities.members },
    { table: 'schedule_levels', entries: schedule_levels.size, capacity: capacities.levels },
    { table: 'schedule_slots', entries: schedule_slots.size, capacity: capacities.slots },
  ];
}
