// SPDX-License-Identifier: Apache-2.0
/** CPU time of all who had a hand in it: this process, the kernel's softirq threads, processes on other hosts. */
import { readFileSync, readdirSync } from 'node:fs';

import { attempt } from '../../test/support/shell.js';

/** ns that the thread has run; 0 if it is gone. First figure of schedstat, see Documentation/scheduler/sched-stats.rst. */
function ranFor(task: string): number {
  try {
    return Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

function tasksOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}`);
  } catch {
    return [];
  }
}

/** Packets that pile up are handled there instead of by who sent them. */
function softirqThreads(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => nameOf(pid).startsWith('ksoftirqd/')).flatMap(tasksOf);
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

export class Processor {
  readonly #tasks: readonly string[];

  /** With all processes in these network namespaces, as they are now. */
  constructor(namespaces: readonly string[] = []) {
    const pids = namespaces.flatMap((name) => attempt('ip', 'netns', 'pids', name).split('\n').filter(Boolean));
    this.#tasks = [...softirqThreads(), ...pids.filter((pid) => Number(pid) !== process.pid).flatMap(tasksOf)];
  }

  /** ns since some moment. */
  time(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000 + this.#tasks.reduce((sum, task) => sum + ranFor(task), 0);
  }
}
