// SPDX-License-Identifier: Apache-2.0
import { SERVICE_OPTION } from './choosing.js';
import { JSON_OPTION, command } from './command.js';

export const SERVICES = command({
  name: 'services',
  summary: 'virtual services, with their connections and rates',
  details: [
    'SERVERS are the usable ones of all; a quiesced real server is not usable. OPENED are the connections since -Z. ' +
      'Rates are moving averages over some seconds. A narrow terminal is shown fewer columns.',
  ],
  options: { ...SERVICE_OPTION, ...JSON_OPTION },
  run: async (given, { say }) => {
    const { listServices } = await import('../listings.js');
    return listServices(given, say);
  },
});
