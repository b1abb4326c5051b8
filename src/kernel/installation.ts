// SPDX-License-Identifier: Apache-2.0
/** Where the built things lie: a checkout and an installation have the same folders below package.json. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The modules may be bundled or not, so the folder is looked for and not counted up to. */
function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`no package.json in ${import.meta.dirname} or above`);
  return rootAbove(above);
}

const ROOT = rootAbove(import.meta.dirname);

/** Path of a file below the root. */
export function installed(path: string): string {
  return join(ROOT, path);
}
