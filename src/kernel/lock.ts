// SPDX-License-Identifier: Apache-2.0
/** One command at a time changes a director: an flock(2) that the kernel takes back from whoever dies holding it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { addon } from './addon.js';
import { RUN } from './bpffs.js';
import { LockBusy, codeOf } from './errors.js';

const WAIT_MS = 10_000;

let held = 0;

export function lockPath(cookie: bigint = addon.netnsCookie()): string {
  return join(RUN, `${cookie}.lock`);
}

/** `work` must be done when it returns. What it calls may take the lock again. Throws LockBusy. */
export function withLock<T>(work: () => T, waitMs: number = WAIT_MS): T {
  const fd = held > 0 ? undefined : take(waitMs);
  held++;
  try {
    return work();
  } finally {
    held--;
    if (fd !== undefined) addon.close(fd);
  }
}

function take(waitMs: number): number {
  const path = lockPath();
  mkdirSync(RUN, { recursive: true, mode: 0o755 });
  try {
    return addon.lock(path, waitMs);
  } catch (error) {
    if (codeOf(error) === 'ETIMEDOUT') throw new LockBusy(path, waitMs);
    throw error;
  }
}
