// SPDX-License-Identifier: Apache-2.0
/** `xdpvs proc DIR [--links]`: IPVS's files of /proc/net, once. */
import { NotAttached } from '../kernel/errors.js';
import type { Source } from '../observe/source.js';
import type { Output } from './output.js';
import { reportLater } from './output.js';
import { writeProc } from './proc/folder.js';
import { linkRest } from './proc/links.js';

export interface ProcOptions {
  readonly dir: string;
  readonly links: boolean;
}

export function procCommand(source: Source, { dir, links }: ProcOptions, say: Output): Promise<number> {
  return reportLater('xdpvs proc', say, async () => {
    const director = source.director();
    if (!director) throw new NotAttached();
    await writeProc(dir, director);
    if (links) linkRest(dir);
  });
}
