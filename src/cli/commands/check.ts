// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const CHECK = command({
  name: 'check',
  summary: 'find what makes "it runs but nothing arrives"',
  details: ['Exits with 1 when there are findings. Each comes with what mends it.'],
  options: JSON_OPTION,
  run: async (given, { say }) => {
    const { checkCommand } = await import('../check_command.js');
    return checkCommand(given, say);
  },
});
