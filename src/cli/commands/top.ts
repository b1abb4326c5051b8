// SPDX-License-Identifier: Apache-2.0
import { SERVICE_OPTION } from './choosing.js';
import { JSON_OPTION, command } from './command.js';

export const TOP = command({
  name: 'top',
  summary: 'who has the traffic now, live and sorted',
  details: [
    'Rates are of the last interval. On a terminal: the arrows (or j and k) choose a row, Enter goes down from a service to ' +
      'its real servers and from there to connections, Esc goes back, s sorts by the next column, r turns the order round, ' +
      'p pauses, q ends.',
    'Without a terminal, with --count or with --json, services are printed each interval instead; --json prints one object ' +
      'a line, real servers too.',
  ],
  examples: [['xdpvs top --count 1 --sort in-bytes', 'one table, over two seconds']],
  options: {
    interval: { type: 'number', value: 'SECONDS', default: 2, describe: 'between two looks' },
    count: { type: 'number', value: 'N', describe: 'end after so many intervals' },
    sort: {
      type: 'string',
      value: 'COLUMN',
      default: 'conn',
      describe: 'conn, active, inactive, in-pkt, out-pkt, in-bytes, out-bytes or name',
      choices: ['conn', 'active', 'inactive', 'in-pkt', 'out-pkt', 'in-bytes', 'out-bytes', 'name'],
    },
    ...SERVICE_OPTION,
    ...JSON_OPTION,
  },
  run: async (given, { say }) => {
    const { topCommand } = await import('../top_command.js');
    const { Director } = await import('../../director/director.js');
    return topCommand(new Director(), given, say);
  },
});
