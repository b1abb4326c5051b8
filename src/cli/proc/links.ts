// SPDX-License-Identifier: Apache-2.0
/**
 * Links to the rest of /proc, so that a reader of all of it, such as a node exporter with its usual collectors, can be
 * given the folder instead.
 */
import { lstatSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { ProcFile } from './folder.js';
import { PROC_FILES } from './folder.js';
import { makeFolder } from './make_folder.js';

/** Processes come and go; of them readers of the whole host ask for the first. */
const FIRST_PROCESS = '1';

export function linkRest(folder: string): void {
  makeFolder(join(folder, 'net'));
  for (const name of readdirSync('/proc')) {
    if (name !== 'net' && (name === FIRST_PROCESS || !/^\d+$/.test(name)))
      link(join('/proc', name), join(folder, name));
  }
  // Of whoever reads: `self` is another one to each.
  for (const name of readdirSync('/proc/self/net')) {
    if (!PROC_FILES.includes(name as ProcFile)) link(join('/proc/self/net', name), join(folder, 'net', name));
  }
}

function link(target: string, path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(target, path);
}
