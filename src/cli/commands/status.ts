// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const STATUS = command({
  name: 'status',
  summary: 'what is attached, and how full the tables are',
  options: JSON_OPTION,
  run: async (given, { say }) => {
    const { statusCommand } = await import('../status.js');
    return statusCommand(given, say);
  },
});
