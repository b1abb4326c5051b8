// SPDX-License-Identifier: Apache-2.0
/** Real servers, each as a member of its virtual service. */
import { FORWARDING_LABELS, REAL_SERVER_LABELS } from '../labels.js';
import type { LabelledRealServer } from '../look.js';
import { trafficFamilies } from './traffic.js';
import { single, type Family } from './family.js';

export const REAL_SERVERS: readonly Family[] = [
  {
    name: 'xdpvs_real_servers',
    type: 'gauge',
    help: 'Real servers, counted once in each virtual service that has them.',
    labels: [],
    samples: ({ isPinned, realServers }) => single(isPinned ? realServers.length : undefined),
  },
  {
    name: 'xdpvs_real_server_info',
    type: 'gauge',
    help: 'Forwarding method of a real server, and the tunnel type where the method is a tunnel.',
    labels: [...REAL_SERVER_LABELS, ...FORWARDING_LABELS],
    *samples({ realServers }) {
      for (const server of realServers) yield [`${server.labels},${server.forwardingLabels}`, 1];
    },
  },
  gauge('weight', 'Weight of a real server; 0 is quiesced.', ({ weight }) => weight),
  gauge('active_connections', 'Active connections of a real server.', ({ load }) => load.active),
  gauge('inactive_connections', 'Inactive connections of a real server.', ({ load }) => load.inactive),
  gauge('persistent_connections', 'Persistence templates of a real server.', ({ load }) => load.persistent),
  ...trafficFamilies('xdpvs_real_server', 'a real server', REAL_SERVER_LABELS, ({ realServers }) => realServers),
];

function gauge(what: string, help: string, value: (server: LabelledRealServer) => number): Family {
  return {
    name: `xdpvs_real_server_${what}`,
    type: 'gauge',
    help,
    labels: REAL_SERVER_LABELS,
    *samples({ realServers }) {
      for (const server of realServers) yield [server.labels, value(server)];
    },
  };
}
