// SPDX-License-Identifier: Apache-2.0
/** Counters, rates and load by service and real server, joined from what images name and what the data plane counts. */
import { loadCodec } from '../abi/generated.js';
import type { Counts, Load, Marked, ServerCounters, ServiceCounters, Snapshot } from '../image/index.js';
import { counters, decompile, markedBy, serviceKeyText } from '../image/index.js';
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

export function readingOf(maps: Maps, snapshot: Snapshot): Reading {
  const state = decompile(snapshot.image, snapshot.hz);
  const counted = counters(snapshot);
  const join = joiner(maps);
  const services = Array.from(state.services, ([id, service]): [string, ServiceReading] => {
    const found = counted.get(serviceKeyText(service.key));
    if (!found) throw new Error(`virtual service ${id} has no counters`);
    return [id, join(service, found)];
  });
  const marked = markedBy(snapshot);
  const marks = (state.marks ?? []).map((rule, index) => ({ rule, ...marked[index]! }));
  return { state, services: new Map(services), marks };
}

/** Members of the state and of the counters stand in the same order: both are the image's. */
function joiner(maps: Maps): (service: VirtualService, counted: ServiceCounters) => ServiceReading {
  const loads = maps.memory('loads');
  const estimates = maps.memory('estimates').buffer;
  const server = (realServer: RealServer, { number, counts }: ServerCounters): ServerReading => ({
    realServer,
    counts,
    load: loadCodec.decode(loads, number * loadCodec.size),
    rates: () => ratesOf(estimates, [number]),
  });
  return (service, counted) => ({
    service,
    counts: counted.counts,
    rates: () =>
      ratesOf(
        estimates,
        counted.realServers.map(({ number }) => number),
      ),
    realServers: service.realServers.map((realServer, index) => server(realServer, counted.realServers[index]!)),
  });
}
