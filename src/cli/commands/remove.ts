// SPDX-License-Identifier: Apache-2.0
import { SERVER_OPTION, SERVICE_OPTION } from './choosing.js';
import { command } from './command.js';

export const REMOVE = command({
  name: 'remove',
  summary: 'remove services or real servers, and say what becomes of their connections',
  details: [
    'With --server those real servers are removed, from the chosen service or from every one; without it the service itself.',
    'keep: as `xdpvsadm -d` and -D, and as IPVS: packets of their connections are dropped in silence until those time out, ' +
      'and the connections live again if the real server comes back. drop: the connections end now, what still comes of them ' +
      'is dropped in silence, and a new SYN is scheduled. reset: the connections end now, and whoever sends a packet of one ' +
      'hears a TCP RST, or ICMP port unreachable for UDP: the client, and with NAT the real server too. reschedule: the ' +
      'connections are forgotten now; the next UDP datagram and the next SYN are scheduled to another real server, and other ' +
      "TCP packets get the host's RST, so that the client connects anew.",
    "Where the last service of an address family goes, its packets are the host's, which answers them.",
  ],
  examples: [
    [
      'xdpvs remove --server 10.0.0.11 --connections reset',
      'takes a host out of every service, and its clients notice at once',
    ],
    [
      "xdpvs remove --service 'udp 192.0.2.53:53' --server 10.0.0.12 --connections reschedule",
      'its clients go on elsewhere',
    ],
  ],
  options: {
    ...SERVICE_OPTION,
    ...SERVER_OPTION,
    connections: {
      type: 'string',
      value: 'FATE',
      describe: 'keep, drop, reset or reschedule them',
      choices: ['keep', 'drop', 'reset', 'reschedule'],
      default: 'keep',
    },
  },
  run: async (given, { say }) => {
    const { removeCommand } = await import('../remove_command.js');
    const { Director } = await import('../../director/director.js');
    return removeCommand(new Director(), given, say);
  },
});
