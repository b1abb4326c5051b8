// SPDX-License-Identifier: Apache-2.0
/** Counters, rates and load by service and real server, joined from what images name and what the data plane counts. */
import { loadCodec } from '../abi/generated.js';
import type { Counts, Load, Marked, ServiceCounters, Snapshot } from '../image/index.js';
import { counters, decompile, markedBy, serverNumbers, serviceKeyText } from '../image/index.js';
import type { Maps } from '../kernel/maps.js';
import type { MarkRule, RealServer, State, VirtualService } from '../model/types.js';
import type { Rates } from '../observe/counters.js';
import { ratesOf } from '../observe/counters.js';

export interface ServerReading {
  readonly realServer: RealServer;
  readonly counts: Counts;
  readonly load: Load;
  /** Each a second; looked up when asked for. */
  rates(): Rates;
}

export interface ServiceReading {
  readonly service: VirtualService;
  readonly counts: Counts;
  rates(): Rates;
  readonly realServers: readonly ServerReading[];
}

export interface MarkReading extends Marked {
  readonly rule: MarkRule;
}

export interface Reading {
  readonly state: State;
  /** By serviceId. */
  readonly services: ReadonlyMap<string, ServiceReading>;
  /** Rules that mark packets, in order. */
  readonly marks: readonly MarkReading[];
}

/** What must be read now, under the lock. What passed costs more to sum up than a plain listing may take. */
export type Needs = 'load' | 'counts';

export function readingOf(maps: Maps, snapshot: Snapshot, needs: Needs): Reading {
  const state = decompile(snapshot.image, snapshot.hz);
  let known: ReadonlyMap<string, ServiceCounters> | undefined;
  const counted = () => (known ??= counters(snapshot));
  if (needs === 'counts') counted();
  const join = joiner(maps, snapshot, counted);
  const services = new Map(Array.from(state.services, ([id, service]) => [id, join(service)]));
  const marked = markedBy(snapshot);
  const marks = (state.marks ?? []).map((rule, index) => ({ rule, ...marked[index]! }));
  return { state, services, marks };
}

/** Members of the state and of the counters stand in the same order: both are the image's. */
function joiner(maps: Maps, { image }: Snapshot, counted: () => ReadonlyMap<string, ServiceCounters>) {
  const loads = maps.memory('loads');
  const estimates = maps.memory('estimates').buffer;
  return (service: VirtualService): ServiceReading => {
    const key = serviceKeyText(service.key);
    const numbers = serverNumbers(image, key);
    const countersHere = (): ServiceCounters => {
      const found = counted().get(key);
      if (!found) throw new Error('a virtual service has no counters');
      return found;
    };
    return {
      service,
      get counts() {
        return countersHere().counts;
      },
      rates: () => ratesOf(estimates, numbers),
      realServers: service.realServers.map((realServer, index) => ({
        realServer,
        load: loadCodec.decode(loads, numbers[index]! * loadCodec.size),
        get counts() {
          return countersHere().realServers[index]!.counts;
        },
        rates: () => ratesOf(estimates, [numbers[index]!]),
      })),
    };
  };
}
