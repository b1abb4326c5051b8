// SPDX-License-Identifier: Apache-2.0
import { CLIENT_OPTION, SERVER_OPTION, SERVICE_OPTION } from './choosing.js';
import { JSON_OPTION, command } from './command.js';

export const CONNECTIONS = command({
  name: 'connections',
  summary: 'connections, all or those chosen by client, service, real server or state; shown or ended',
  details: [
    'In the order of the table, which is none. With --json an array, one connection a line.',
    'With --end they are not shown but ended, as `xdpvs remove` tells. Persistence is forgotten with them.',
  ],
  examples: [
    ['xdpvs connections --client 198.51.100.0/24 --state ESTABLISHED', 'whom one network talks to'],
    ['xdpvs connections --server 10.0.0.11 --json', "a real server's, for programs"],
    ['xdpvs connections --client 198.51.100.9 --end reset', "one client's, so that it notices"],
  ],
  options: {
    ...CLIENT_OPTION,
    ...SERVICE_OPTION,
    ...SERVER_OPTION,
    state: {
      type: 'string',
      value: 'STATE',
      many: true,
      describe: 'only in these states, such as ESTABLISHED,FIN_WAIT; UDP has the one state UDP',
    },
    end: { type: 'string', value: 'HOW', describe: 'end them', choices: ['drop', 'reset', 'reschedule'] },
    ...JSON_OPTION,
  },
  run: async (given, { say }) => {
    const { endConnections, listConnections } = await import('../listings.js');
    const { end } = given;
    if (end !== undefined) return endConnections({ ...given, end }, say);
    return listConnections(given, say);
  },
});
