// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** With those above it. Node's own `recursive` never comes back from a place such as /proc, where nothing can be made. */
export function makeFolder(path: string): void {
  if (attempt(path) !== 'ENOENT') return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** undefined: made. Throws what neither a folder that is there nor a missing one above it explains. */
function attempt(path: string): string | undefined {
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return code;
    throw error;
  }
}
