// SPDX-License-Identifier: Apache-2.0
/** One command's way into the kernel: under the lock, read, decide, compare, write in order. */
import type { Image, Snapshot } from '../image/index.js';
import { compile, decompile } from '../image/index.js';
import { withLock } from '../kernel/lock.js';
import type { Maps } from '../kernel/maps.js';
import type { State } from '../model/types.js';
import { apply, diff } from '../plan/index.js';
import { removedServers } from './end_connections.js';
import type { Membership } from './end_connections.js';
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

/** What a change did. The states themselves are not to be looked at afterwards: the one before lies in the maps. */
export interface Changed {
  readonly moved: Moved;
  readonly removed: readonly Membership[];
  readonly settings: State['settings'];
}

export function changeState(maps: Maps, next: (state: State) => State): Changed {
  let changed: Changed | undefined;
  rewrite(maps, (snapshot) => {
    const before = decompile(snapshot.image, snapshot.hz);
    const after = next(before);
    changed = {
      moved: movedBetween(before, after),
      removed: removedServers(before, after),
      settings: after.settings,
    };
    return compile(after, snapshot, before);
  });
  return changed!;
}
