// SPDX-License-Identifier: Apache-2.0
/** One look at the director: what every family of one scrape is told from. */
import { connectionCodec } from '../abi/generated.js';
import { countConnections, type ConnectionCount } from './connection_count.js';
import { realServerLabels, serviceLabels } from './labels.js';
import type { Labels } from './families/family.js';
import type { AttachedInterface, Counts, ObservedRealServer, ObservedService, Source, TableUse } from './source.js';

export interface LabelledRealServer extends ObservedRealServer {
  readonly labels: Labels;
  readonly of: LabelledService;
}

export interface LabelledService extends ObservedService {
  readonly labels: Labels;
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

  const table = director.connections();
  const connections = countConnections(table, director.clock().jiffies);
  const services = [...director.services()].map((observed) => ({
    ...observed,
    labels: serviceLabels(observed.service),
  }));
  return {
    build: source.build,
    isPinned: true,
    services,
    realServers: services.flatMap(labelRealServers),
    connections,
    totals: director.totals(),
    outcomes: director.outcomes(),
    tables: [useOfConnections(table, connections), ...director.tables()],
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

function labelRealServers(of: LabelledService): LabelledRealServer[] {
  return of.realServers.map((observed) => ({
    ...observed,
    of,
    labels: { ...of.labels, ...realServerLabels(observed.realServer) },
  }));
}

function useOfConnections(table: ArrayBuffer, { lines }: ConnectionCount): TableUse {
  return { table: 'connections', entries: lines, capacity: Math.floor(table.byteLength / connectionCodec.size) };
}
