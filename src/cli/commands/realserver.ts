// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const REALSERVER = command({
  name: 'realserver',
  summary: 'make this host a real server of DR or TUN',
  details: [
    'Typed on the real server: the virtual addresses on lo, and no ARP answer for them.',
    "Tunnels are taken off by the kernel's own devices where it has them, else by an XDP program, which takes no fragments.",
  ],
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
    'tun-type': { type: 'string', choices: ['ipip', 'gre', 'gue'], describe: "the director's --tun-type" },
    'tun-port': { type: 'number', value: 'PORT', describe: "the director's --tun-port, for gue" },
    'tun-csum': { type: 'boolean', describe: 'the director has --tun-csum or --tun-remcsum' },
  },
  run: async ({ action, vip, tunnel, interface: interfaces, ...wrapping }, { say }) => {
    const { realServer } = await import('../realserver.js');
    const { 'tun-type': type, 'tun-port': port, 'tun-csum': hasChecksum } = wrapping;
    return realServer(action, vip, { tunnel, interfaces, type, port, hasChecksum }, say);
  },
});
