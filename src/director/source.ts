// SPDX-License-Identifier: Apache-2.0
/** The pinned director as the metrics ask for it: opened anew when it comes, goes or is replaced. */
import { statSync } from 'node:fs';

import { ABI } from '../abi/generated.js';
import { attachedInterfaces } from '../kernel/attached.js';
import { isBpffs } from '../kernel/bpffs.js';
import { findCallWith } from '../observe/call_ids.js';
import { withLock } from '../kernel/lock.js';
import { PinnedMaps, layoutName } from '../kernel/pinned_maps.js';
import { Pins } from '../kernel/pins.js';
import { directorOf } from '../observe/director.js';
import { reopening } from '../observe/reopening.js';
import type { Source } from '../observe/source.js';
import { jiffiesNow } from './connections.js';
import { limitsOf, snapshotOf } from './snapshot.js';

/** Offset of struct sweeper's beat, behind its bpf_timer (bpf/sweep.h). The map is not mapped: its timer is the kernel's. */
const BEAT_OFFSET = 20;

export function pinnedSource(version: string): Source {
  const pins = Pins.here();
  const opened = reopening({
    identity: () => identityOf(pins),
    open: () => PinnedMaps.open(pins),
    close: (maps) => maps.close(),
  });
  return {
    build: { version, layout: layoutName(ABI) },
    director: () => {
      const maps = opened();
      if (!maps) return undefined;
      return directorOf({
        snapshot: withLock(() => snapshotOf(maps)),
        memory: {
          traffic: maps.memory('traffic').buffer,
          outcomes: maps.memory('outcomes').buffer,
          estimates: maps.memory('estimates').buffer,
          real_servers: maps.memory('real_servers').buffer,
          service_records: maps.memory('service_records').buffer,
        },
        connectionPieces: () => maps.pieces('connections'),
        connections: () => maps.memory('connections').buffer,
        call: findCallWith((key) => maps.get('call_ids', key)),
        cpus: limitsOf(maps).cpus,
        jiffies: jiffiesNow(pins),
        beat: beatOf(maps),
        interfaces: attachedInterfaces(pins),
      });
    },
  };
}

/** The folder of the pins is another one after all was forgotten and attached again. */
function identityOf(pins: Pins): string | undefined {
  if (!isBpffs() || !pins.exist()) return undefined;
  const { ino, ctimeMs } = statSync(pins.folder);
  return `${ino} ${ctimeMs}`;
}

function beatOf(maps: PinnedMaps): number | undefined {
  const bytes = maps.get('sweeper', 0);
  const beat = bytes && new DataView(bytes.buffer).getUint32(BEAT_OFFSET, true);
  return beat === 0 ? undefined : beat;
}
