// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const SET = command({
  name: 'set',
  summary: "the kernel's net.ipv4.vs settings, and a timeout for each state",
  details: [
    'Without VALUE it shows the setting, without NAME all of them with their defaults. Names, values and defaults are those ' +
      'of net.ipv4.vs, and sysctl net.ipv4.vs.NAME=VALUE is `xdpvs set NAME VALUE`. What can mean nothing here is refused ' +
      'with the reason and exit code 2.',
    'timeout.tcp.STATE, timeout.sctp.STATE and timeout.udp are seconds; three of them are what `xdpvsadm --set` sets too. A connection has its ' +
      "new timeout from its next packet on. The kernel's automatic defences watch memory; here they watch the connection " +
      'table, in which amemthresh of each 16384 lines should be free.',
    'Settings last as long as the services do; `xdpvs save --yaml` keeps them.',
  ],
  examples: [
    ['xdpvs set expire_nodest_conn 1', 'removed real servers take their connections with them'],
    ['xdpvs set timeout.tcp.syn_recv 10', 'half-open connections go after 10 seconds'],
  ],
  positionals: {
    name: { describe: 'the setting', optional: true },
    value: { describe: 'what it becomes', optional: true },
  },
  options: JSON_OPTION,
  run: async (given, { say }) => {
    const { setCommand } = await import('../set_command.js');
    const { Director } = await import('../../director/director.js');
    const { terminalWidth } = await import('../listings.js');
    return setCommand(new Director(), given, say, terminalWidth());
  },
});
