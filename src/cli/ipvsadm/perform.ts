// SPDX-License-Identifier: Apache-2.0
import type { Backend } from './backend.js';
import type { OtherCommand } from './command.js';
import { HELP, versionText } from './help.js';
import type { Io } from './io.js';
import { save } from './save.js';
import { show } from './show.js';

/** What neither changes the state nor reads commands. Returns the exit code; throws IpvsError. */
export function perform(command: OtherCommand, backend: Backend, io: Io): number {
  switch (command.name) {
    case 'list':
      return show(command.list, backend, io);
    case 'save':
      save(command.numeric, backend, io);
      return 0;
    case 'zero':
      backend.zero(command.key);
      return 0;
    case 'help':
      io.out(versionText(io.version) + HELP);
      return 0;
    case 'version':
      io.out(versionText(io.version));
      return 0;
    case 'restore':
      throw new Error(`--${command.name} should have been refused`);
  }
}
