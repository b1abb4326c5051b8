// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const APPLY = command({
  name: 'apply',
  summary: 'make the services what a file says, by one change',
  details: [
    'FILE has the commands that `ipvsadm -S` writes (-A, -a and --set lines; # begins a comment), or the YAML form of ' +
      'docs/CONFIG.md. A service or real server that the file does not name is removed; what it names and is there already ' +
      'is changed where it differs, and keeps its place and its connections. Timeouts that it does not name stay.',
    'First the plan is shown: what is added (+), changed (~) and removed (-), and how many of the live connections that ' +
      'touches. Applying the same file again does nothing.',
    'What is wrong with the file is told by file, line and column, with exit code 65, and nothing is changed.',
  ],
  examples: [
    ['xdpvs apply --dry-run services.yaml', 'what would be changed'],
    ['ipvsadm -Sn | xdpvs apply -', "takes over a kernel's services"],
  ],
  positionals: { file: { describe: 'the file; - is standard input', completes: 'file' } },
  options: { 'dry-run': { type: 'boolean', describe: 'show the plan and change nothing' }, ...JSON_OPTION },
  run: async (given, { say }) => {
    const { applyCommand } = await import('../apply_command.js');
    const { Director } = await import('../../director/director.js');
    return applyCommand(new Director(), given, say);
  },
});
