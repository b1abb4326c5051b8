// SPDX-License-Identifier: Apache-2.0
import { SERVER_OPTION, SERVICE_OPTION } from './choosing.js';
import { JSON_OPTION, command } from './command.js';

export const SERVERS = command({
  name: 'servers',
  summary: 'real servers, with their connections and rates',
  examples: [["xdpvs servers --service 'tcp 192.0.2.80:80'", 'those of one service']],
  options: { ...SERVICE_OPTION, ...SERVER_OPTION, ...JSON_OPTION },
  run: async (given, { say }) => {
    const { listServers } = await import('../listings.js');
    return listServers(given, say);
  },
});
