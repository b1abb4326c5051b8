// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const DETACH = command({
  name: 'detach',
  summary: 'take the director off interfaces',
  details: ['Services and connections stay pinned for the next attach unless --forget is given.'],
  positionals: { interface: { describe: 'network interfaces', many: true, optional: true, completes: 'interface' } },
  options: {
    all: { type: 'boolean', describe: 'from every interface' },
    forget: { type: 'boolean', describe: 'with --all: the virtual services too' },
  },
  run: async (given, { say }) => {
    const { detachCommand } = await import('../detach.js');
    return detachCommand(given.interface, given, say);
  },
});
