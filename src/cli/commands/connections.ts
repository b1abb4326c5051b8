// SPDX-License-Identifier: Apache-2.0
import { CLIENT_OPTION, SERVER_OPTION, SERVICE_OPTION } from './choosing.js';
import { JSON_OPTION, command } from './command.js';

export const CONNECTIONS = command({
  name: 'connections',
  summary: 'connections, all or those chosen by client, service, real server or state',
  details: ['In the order of the table, which is none. With --json an array, one connection a line.'],
  examples: [
    ['xdpvs connections --client 198.51.100.0/24 --state ESTABLISHED', 'whom one network talks to'],
    ['xdpvs connections --server 10.0.0.11 --json', "a real server's, for programs"],
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
    ...JSON_OPTION,
  },
  run: async (given, { say }) => {
    const { listConnections } = await import('../listings.js');
    return listConnections(given, say);
  },
});
