// SPDX-License-Identifier: Apache-2.0
/**
 * The series that the Prometheus node exporter makes of IPVS (its collector ipvs, of version 1.5), so that dashboards and
 * alerts written for them go on working. Names, labels and help are theirs, "backend" included.
 */
import { BACKEND_LABELS } from '../labels.js';
import type { Look } from '../look.js';
import type { Counts } from '../source.js';
import { single, type Family, type Labels } from './family.js';

interface Backend {
  readonly labels: Labels;
  active: number;
  inactive: number;
  weight: number;
}

export const NODE_EXPORTER: readonly Family[] = [
  total('connections', 'The total number of connections made.', 'connections'),
  total('incoming_packets', 'The total number of incoming packets.', 'inPackets'),
  total('outgoing_packets', 'The total number of outgoing packets.', 'outPackets'),
  total('incoming_bytes', 'The total amount of incoming data.', 'inBytes'),
  total('outgoing_bytes', 'The total amount of outgoing data.', 'outBytes'),
  backend('connections_active', 'The current active connections by local and remote address.', 'active'),
  backend('connections_inactive', 'The current inactive connections by local and remote address.', 'inactive'),
  backend('weight', 'The current backend weight by local and remote address.', 'weight'),
];

function total(what: string, help: string, field: keyof Counts): Family {
  return {
    name: `node_ipvs_${what}_total`,
    type: 'counter',
    help,
    labels: [],
    samples: ({ totals }) => single(totals?.[field]),
  };
}

function backend(what: string, help: string, field: 'active' | 'inactive' | 'weight'): Family {
  return {
    name: `node_ipvs_backend_${what}`,
    type: 'gauge',
    help,
    labels: BACKEND_LABELS,
    *samples(look) {
      for (const sum of backendsOf(look)) yield [sum.labels, sum[field]];
    },
  };
}

/** Three families ask for the same sums of the same look. */
const backendsOfLook = new WeakMap<Look, readonly Backend[]>();

function backendsOf(look: Look): readonly Backend[] {
  const known = backendsOfLook.get(look) ?? sumBackends(look);
  backendsOfLook.set(look, known);
  return known;
}

/** A mark has one label for both families, so a backend that serves it in both is one series. */
function sumBackends({ realServers }: Look): readonly Backend[] {
  const sums = new Map<string, Backend>();
  for (const { backendLabels: labels, load, weight } of realServers) {
    const sum = sums.get(labels) ?? { labels, active: 0, inactive: 0, weight: 0 };
    sum.active += load.active;
    sum.inactive += load.inactive;
    sum.weight += weight;
    sums.set(labels, sum);
  }
  return [...sums.values()];
}
