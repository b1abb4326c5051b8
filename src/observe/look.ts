// SPDX-License-Identifier: Apache-2.0
/** One look at the director: what every family of one scrape is told from. */
import { countConnections, type ConnectionCount } from './connection_count.js';
import type { VirtualService } from '../model/types.js';
import { backendLabels, forwardingLabels, realServerLabels, serviceLabels } from './labels.js';
import type { Labels } from './families/family.js';
import type { AttachedInterface, Counts, Load, ObservedRealServer, Source, TableUse } from './source.js';

/** What is told of a real server. There may be a hundred thousand, so nothing is kept beyond that. */
export interface LabelledRealServer {
  readonly labels: Labels;
  /** As the node exporter calls it. */
  readonly backendLabels: Labels;
  readonly forwardingLabels: Labels;
  readonly weight: number;
  readonly load: Load;
  readonly counts: Counts;
}

export interface LabelledService {
  readonly labels: Labels;
  readonly scheduler: string;
  readonly counts: Counts;
}

/** What is undefined or empty is so because nothing is pinned. */
export interface Look {
  readonly build: Source['build'];
  readonly isPinned: boolean;
  readonly services: readonly LabelledService[];
  readonly realServers: readonly LabelledRealServer[];
  readonly connections: ConnectionCount | undefined;
  readonly totals: Counts | undefined;
  readonly outcomes: readonly bigint[];
  readonly tables: readonly TableUse[];
  readonly interfaces: readonly AttachedInterface[];
  readonly sweeperAgeS: number | undefined;
}

export function look(source: Source): Look {
  const director = source.director();
  if (!director) return { ...NOTHING_PINNED, build: source.build };

  const connections = countConnections(director.connections(), director.clock().jiffies);
  const services: LabelledService[] = [];
  const realServers: LabelledRealServer[] = [];
  for (const observed of director.services()) {
    const { service, counts } = observed;
    const labels = serviceLabels(service);
    services.push({ labels, scheduler: service.scheduler, counts });
    for (const server of observed.realServers) realServers.push(labelled(server, service, labels));
  }
  return {
    build: source.build,
    isPinned: true,
    services,
    realServers,
    connections,
    totals: director.totals(),
    outcomes: director.outcomes(),
    tables: [useOfConnections(connections), ...director.tables()],
    interfaces: [...director.interfaces()],
    sweeperAgeS: director.sweeperAgeS(),
  };
}

const NOTHING_PINNED: Omit<Look, 'build'> = {
  isPinned: false,
  services: [],
  realServers: [],
  connections: undefined,
  totals: undefined,
  outcomes: [],
  tables: [],
  interfaces: [],
  sweeperAgeS: undefined,
};

function labelled(
  { realServer, load, counts }: ObservedRealServer,
  { key }: VirtualService,
  of: Labels,
): LabelledRealServer {
  return {
    labels: realServerLabels(realServer, of),
    backendLabels: backendLabels(key, realServer),
    forwardingLabels: forwardingLabels(realServer),
    weight: realServer.weight,
    load,
    counts,
  };
}

function useOfConnections({ lines, capacity }: ConnectionCount): TableUse {
  return { table: 'connections', entries: lines, capacity };
}
