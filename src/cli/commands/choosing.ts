// SPDX-License-Identifier: Apache-2.0
/** Options that choose what is shown. */
import type { Options } from './command.js';

export const SERVICE_OPTION = {
  service: {
    type: 'string',
    value: 'SERVICE',
    describe: 'only this one: [tcp|udp|sctp ]ADDRESS[/LENGTH][:PORT], or mark NUMBER',
  },
} as const satisfies Options;

export const SERVER_OPTION = {
  server: { type: 'string', value: 'ADDRESS', describe: 'only real servers of ADDRESS[/LENGTH][:PORT]' },
} as const satisfies Options;

export const CLIENT_OPTION = {
  client: { type: 'string', value: 'ADDRESS', describe: 'only clients of ADDRESS[/LENGTH][:PORT]' },
} as const satisfies Options;
