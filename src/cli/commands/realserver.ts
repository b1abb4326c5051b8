// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const REALSERVER = command({
  name: 'realserver',
  summary: 'make this host a real server of DR or TUN',
  details: ['Typed on the real server: the virtual addresses on lo, and no ARP answer for them.'],
  positionals: {
    action: { describe: 'start or stop', choices: ['start', 'stop'] },
    vip: { describe: 'virtual addresses', many: true, optional: true },
  },
  options: {
    tunnel: { type: 'boolean', describe: 'take off the outer header too (TUN)' },
    interface: {
      type: 'string',
      value: 'IFACE',
      many: true,
      describe: 'where tunnelled packets arrive',
      completes: 'interface',
    },
  },
  run: async ({ action, vip, tunnel, interface: interfaces }, { say }) => {
    const { realServer } = await import('../realserver.js');
    return realServer(action, vip, { tunnel, interfaces }, say);
  },
});
