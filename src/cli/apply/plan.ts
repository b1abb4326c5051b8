// SPDX-License-Identifier: Apache-2.0
/** What a file would change, and how many of the live connections that touches. */
import type { Difference } from '../../config/difference.js';
import { differences } from '../../config/difference.js';
import { findServer, merge } from '../../config/merge.js';
import type { Reading } from '../../director/observations.js';
import { serviceId } from '../../model/service_id.js';
import type { State } from '../../model/types.js';

export interface Change {
  readonly difference: Difference;
  /** Live connections of the real server that it is about; 0 for the rest. */
  readonly connections: number;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly connections: {
    readonly live: number;
    /** Of real servers that are removed: their packets are dropped from then on. */
    readonly ended: number;
    /** Of real servers that change, and stay with them. */
    readonly changed: number;
  };
}

export function planOf(reading: Reading, desired: State): Plan {
  const { state } = reading;
  const changes = differences(state, merge(state, desired)).map((difference) => ({
    difference,
    connections: difference.of === 'server' ? connectionsOf(reading, difference) : 0,
  }));
  const sum = (kind: Difference['kind']): number =>
    total(changes.filter(({ difference }) => difference.kind === kind).map(({ connections }) => connections));
  return { changes, connections: { live: liveIn(reading), ended: sum('removed'), changed: sum('changed') } };
}

function connectionsOf({ services }: Reading, { service, server }: Difference & { of: 'server' }): number {
  const servers = services.get(serviceId(service.key))?.realServers ?? [];
  const found = findServer(
    servers.map((one) => ({ ...one.realServer, ...one.load })),
    server,
  );
  return found ? found.active + found.inactive : 0;
}

function liveIn({ services }: Reading): number {
  const servers = [...services.values()].flatMap(({ realServers }) => realServers);
  return total(servers.map(({ load }) => load.active + load.inactive));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
