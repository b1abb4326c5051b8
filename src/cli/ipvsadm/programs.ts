// SPDX-License-Identifier: Apache-2.0
/** The three programs that users of LVS know, told apart by how their names end. */
import { isSchedulerOfDebian } from '../../model/schedulers.js';
import type { Backend } from './backend.js';
import type { Io } from './io.js';
import { Restoration } from './restore.js';
import { runIpvsadm } from './run.js';
import type { RunOptions } from './run.js';

/** Who calls it by IPVS's own name gets what IPVS answered where it was recorded. */
function withSchedulersOf(program: string, options: RunOptions): RunOptions {
  return program.startsWith('ipvsadm') ? { hasScheduler: isSchedulerOfDebian, ...options } : options;
}

/** `program` is the name it was started under, such as xdpvsadm-save; `words` follow it. Returns the exit code. */
export function runProgram(
  program: string,
  words: readonly string[],
  backend: Backend,
  io: Io,
  options: RunOptions = {},
): number {
  if (program.endsWith('-save')) return runSave(program, words, backend, io);
  if (program.endsWith('-restore')) return runRestore(backend, io, withSchedulersOf(program, options));
  return runIpvsadm(words, backend, io, withSchedulersOf(program, options));
}

function runSave(program: string, words: readonly string[], backend: Backend, io: Io): number {
  if (words.some((word) => word.startsWith('-') && word !== '-n')) {
    io.err(`${program}: writes commands that restore what is there; -n writes addresses and ports in numbers\n`);
    return 1;
  }
  return runIpvsadm(words.includes('-n') ? ['-S', '-n'] : ['-S'], backend, io);
}

/** Unlike `-R` it begins from nothing, and passes over comments. Both are one change for the director. */
function runRestore(backend: Backend, io: Io, options: RunOptions): number {
  const lines = io.input().split('\n');
  const restoration = new Restoration(backend, io, options, [{ name: 'flush' }]);
  return restoration.take(lines.filter((line) => !line.startsWith('#')));
}
