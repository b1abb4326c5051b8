// SPDX-License-Identifier: Apache-2.0
/** A folder of proc files kept up to date, as `xdpvs serve --proc` does. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Source } from '../../observe/source.js';
import { removeProc, writeProc } from './folder.js';

const EVERY_MS = 5000;
/** A million connections take seconds to print: between two rounds this many times as long is rested. */
const REST = 10;

/** undefined: it went well. */
type Report = (failure: string | undefined) => void;

/** Writes until told to end, and takes the files away then: who reads them must not take what is old for what is. */
export async function keepProc(folder: string, source: Source, report: Report, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const since = performance.now();
    await attempt(report, () => render(folder, source));
    const rest = Math.max(EVERY_MS, REST * (performance.now() - since));
    await pause(rest, undefined, { signal: ended }).catch(() => undefined);
  }
  await attempt(report, () => removeProc(folder));
}

async function attempt(report: Report, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
    report(undefined);
  } catch (error) {
    report((error as Error).message);
  }
}

/** Throws what keeps the files from being written. */
export async function render(folder: string, source: Source): Promise<void> {
  const director = source.director();
  if (director) await writeProc(folder, director);
  else removeProc(folder);
}
