// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const WATCH = command({
  name: 'watch',
  summary: 'tell what changes, as it happens',
  details: [
    'Services, real servers and timeouts that are added (+), changed (~) or removed (-), interfaces that are attached or ' +
      'detached, and when packets begin (!) or cease (.) to be dropped, and why. It only reads.',
  ],
  options: {
    interval: { type: 'number', value: 'SECONDS', default: 1, describe: 'between two looks' },
    ...JSON_OPTION,
  },
  run: async (given, { say, version }) => {
    const { watchCommand } = await import('../watch_command.js');
    const { pinnedSource } = await import('../../director/source.js');
    return watchCommand(pinnedSource(version), given, say);
  },
});
