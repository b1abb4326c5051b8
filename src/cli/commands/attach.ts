// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const ATTACH = command({
  name: 'attach',
  summary: 'put the director on interfaces',
  details: [
    'Loads the data plane at the first attach and pins it, so that nothing of xdpvs needs to run for traffic to flow.',
    'NAT needs the director on the way back too: attach the interface of the real servers as well.',
  ],
  examples: [
    ['xdpvs attach eth0 eth1', 'natively where the drivers can, else generically; it says which'],
    ['xdpvs attach eth0 --connections 4194304', 'with room for four million connections'],
  ],
  positionals: { interface: { describe: 'network interfaces', many: true, optional: true, completes: 'interface' } },
  options: {
    mode: {
      type: 'string',
      value: 'MODE',
      default: 'auto',
      describe: 'auto, native (in the driver) or generic',
      choices: ['auto', 'native', 'generic'],
    },
    connections: {
      type: 'number',
      value: 'LINES',
      describe: 'lines of the connection table, a power of two (first attach)',
    },
    servers: { type: 'number', value: 'N', describe: 'capacity for real servers (first attach)' },
    services: { type: 'number', value: 'N', describe: 'capacity for virtual services (first attach)' },
  },
  run: async (given, { say }) => {
    const { attachCommand } = await import('../attach.js');
    return attachCommand(given.interface, given, say);
  },
});
