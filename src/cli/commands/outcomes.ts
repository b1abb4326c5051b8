// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const OUTCOMES = command({
  name: 'outcomes',
  summary: 'why packets ended as they did, and how many a second do',
  details: [
    'Every packet ends in one outcome: sent on (transmit), left to the host (pass) or dropped (drop). Counted since the ' +
      'maps were made.',
  ],
  options: {
    interval: { type: 'number', value: 'SECONDS', default: 1, describe: 'to take rates over; 0: no rates, at once' },
    all: { type: 'boolean', describe: 'those that never happened too' },
    ...JSON_OPTION,
  },
  run: async (given, { say }) => {
    const { listOutcomes } = await import('../listings.js');
    return listOutcomes(given, say);
  },
});
