// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const SAVE = command({
  name: 'save',
  summary: 'write the services in a form that `xdpvs apply` takes',
  details: [
    'As `xdpvsadm -S -n` writes them, but with what that loses: thresholds, timeouts and the order in which services and ' +
      'real servers were added. Settings are saved only in YAML: ipvsadm has no words for them.',
  ],
  examples: [['xdpvs save --yaml > services.yaml', 'to apply after the next boot']],
  options: { yaml: { type: 'boolean', describe: 'in YAML' } },
  run: async (given, { say }) => {
    const { saveCommand } = await import('../save_command.js');
    return saveCommand(given, say);
  },
});
