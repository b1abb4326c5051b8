// SPDX-License-Identifier: Apache-2.0
/**
 * The series that the Prometheus node exporter makes of IPVS (its collector ipvs, of version 1.5), so that dashboards and
 * alerts written for them go on working. Names, labels and help are theirs, "backend" included.
 */
import { formatAddress } from '../../model/address.js';
import type { ServiceKey } from '../../model/types.js';
import type { LabelledRealServer, Look } from '../look.js';
import type { Counts } from '../source.js';
import { single, type Family, type Labels } from './family.js';

const BACKEND_LABELS = ['local_address', 'local_mark', 'local_port', 'proto', 'remote_address', 'remote_port'] as const;

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
    samples: (look) => backendsOf(look).map((sum) => [sum.labels, sum[field]]),
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
  for (const server of realServers) {
    const labels = backendLabels(server);
    const id = BACKEND_LABELS.map((name) => labels[name]).join(' ');
    const sum = sums.get(id) ?? { labels, active: 0, inactive: 0, weight: 0 };
    sum.active += server.load.active;
    sum.inactive += server.load.inactive;
    sum.weight += server.realServer.weight;
    sums.set(id, sum);
  }
  return [...sums.values()];
}

function backendLabels({ of, realServer }: LabelledRealServer): Labels {
  return {
    ...localLabels(of.service.key),
    remote_address: formatAddress(realServer.address),
    remote_port: String(realServer.port),
  };
}

function localLabels(key: ServiceKey): Labels {
  if (key.kind === 'mark') {
    const mark = key.mark.toString(16).toUpperCase().padStart(8, '0');
    return { local_address: '', local_mark: mark, local_port: '0', proto: 'FWM' };
  }
  const { address, port, protocol } = key;
  return {
    local_address: formatAddress(address),
    local_mark: '',
    local_port: String(port),
    proto: protocol.toUpperCase(),
  };
}
