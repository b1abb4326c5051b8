// SPDX-License-Identifier: Apache-2.0
/** One command's way into the kernel: under the lock, read, decide, compare, write in order. */
import type { Image, Snapshot } from '../image/index.js';
import { compile, decompile } from '../image/index.js';
import { withLock } from '../kernel/lock.js';
import type { Maps } from '../kernel/maps.js';
import type { State } from '../model/types.js';
import { apply, diff } from '../plan/index.js';
import { movedBetween } from './followers.js';
import type { Moved } from './followers.js';
import { liveSnapshotOf } from './snapshot.js';

/** What `decide` makes of the maps is written to them; what it throws leaves them as they were. */
export function rewrite(maps: Maps, decide: (snapshot: Snapshot) => Image): void {
  withLock(() => {
    const snapshot = liveSnapshotOf(maps);
    apply(diff(snapshot.image, decide(snapshot)), maps);
  });
}

/** Returns which addresses came and went with real servers. */
export function changeState(maps: Maps, next: (state: State) => State): Moved {
  let moved: Moved | undefined;
  rewrite(maps, (snapshot) => {
    const before = decompile(snapshot.image, snapshot.hz);
    const after = next(before);
    moved = movedBetween(before, after);
    return compile(after, snapshot, before);
  });
  return moved!;
}
