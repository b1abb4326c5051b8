// SPDX-License-Identifier: Apache-2.0
/**
 * V8 lets a heap of 30 MB grow to some hundred before it looks for what nobody needs any more, and a process that is asked
 * every few seconds would hold them for good. What a scrape leaves is collected when it is over.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | undefined;

export function collectGarbage(): void {
  gc ??= exposedGc();
  gc();
}

function exposedGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
