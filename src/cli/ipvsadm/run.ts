// SPDX-License-Identifier: Apache-2.0
/** One run of ipvsadm: words to exit code. */
import { Draft } from '../../model/draft.js';
import { IpvsError } from '../../model/errors.js';
import type { Backend } from './backend.js';
import { changeDraft } from './change.js';
import { changesState } from './command.js';
import type { StateCommand } from './command.js';
import { UsageError } from './errors.js';
import type { Io } from './io.js';
import { parse } from './parse.js';
import { perform } from './perform.js';
import { restore } from './restore.js';
import { DAEMON_IS_IDLE } from './remarks.js';

export interface RunOptions {
  /** By default, whether there is such a scheduler. */
  readonly hasScheduler?: (name: string) => boolean;
}

const LIST_ALL = ['--list'];

/**
 * `words` are those after the program's name; none at all lists everything. Returns the exit code. Throws what the
 * backend throws unless it is an IpvsError.
 */
export function runIpvsadm(words: readonly string[], backend: Backend, io: Io, options: RunOptions = {}): number {
  try {
    const command = parse(words.length > 0 ? words : LIST_ALL, io.names);
    if (command.name === 'restore') return restore(backend, io, options);
    if (!changesState(command)) return perform(command, backend, io);
    change(command, backend, options);
    if (command.name === 'start-daemon') io.remark(DAEMON_IS_IDLE);
    return 0;
  } catch (error) {
    if (!(error instanceof IpvsError || error instanceof UsageError)) throw error;
    io.err(`${error.message}\n`);
    return error.exitCode;
  }
}

function change(command: StateCommand, backend: Backend, { hasScheduler }: RunOptions): void {
  backend.change((state) => {
    const draft = new Draft(state, { hasScheduler, findDevice: (name) => backend.findDevice(name) });
    changeDraft(draft, command);
    return draft.state();
  });
}
