// SPDX-License-Identifier: Apache-2.0
/** One command's way into the kernel: under the lock, read, decide, compare, write in order. */
import type { Image, Snapshot } from '../image/index.js';
import { compile, decompile } from '../image/index.js';
import { withLock } from '../kernel/lock.js';
import type { Maps } from '../kernel/maps.js';
import type { State } from '../model/types.js';
import { apply, diff } from '../plan/index.js';
import { snapshotOf } from './snapshot.js';

/** What `decide` makes of the maps is written to them; what it throws leaves them as they were. */
export function rewrite(maps: Maps, decide: (snapshot: Snapshot) => Image): void {
  withLock(() => {
    const snapshot = snapshotOf(maps);
    apply(diff(snapshot.image, decide(snapshot)), maps);
  });
}

/** The state before and after. */
export interface Changed {
  readonly before: State;
  readonly after: State;
}

export function changeState(maps: Maps, next: (state: State) => State): Changed {
  let changed: Changed | undefined;
  rewrite(maps, (snapshot) => {
    const before = decompile(snapshot.image, snapshot.hz);
    const after = next(before);
    changed = { before, after };
    return compile(after, snapshot, before);
  });
  return changed!;
}
