// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const PROC = command({
  name: 'proc',
  summary: "write IPVS's files of /proc/net into a folder, for those who read them there",
  details: [
    'Writes ip_vs, ip_vs_stats, ip_vs_stats_percpu and ip_vs_conn into DIR/net, in the formats of the kernel, each in one ' +
      'step. `xdpvs serve --proc DIR` keeps them up to date.',
    'A node exporter is given DIR with --path.procfs; --links makes DIR whole, so that its other collectors work too.',
    'The totals of ip_vs_stats begin at 0 when the maps are made; -Z does not take from them.',
  ],
  examples: [
    ['xdpvs proc /run/xdpvs/proc', 'then cat /run/xdpvs/proc/net/ip_vs'],
    ['prometheus-node-exporter --path.procfs=/run/xdpvs/proc', 'reads them, if the folder has links'],
  ],
  positionals: { dir: { describe: 'the folder, made if it is not there', completes: 'directory' } },
  options: { links: { type: 'boolean', describe: 'and link the rest of /proc into it' } },
  run: async (given, { say, version }) => {
    const { procCommand } = await import('../proc_command.js');
    const { pinnedSource } = await import('../../director/source.js');
    return procCommand(pinnedSource(version), given, say);
  },
});
