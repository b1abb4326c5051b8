// SPDX-License-Identifier: Apache-2.0
/** The pinned maps of one director as the pure code sees them. */
import { VALUE_CODECS, cursorCodec, loadCodec, markCountCodec } from '../abi/generated.js';
import type { Limits } from '../abi/generated.js';
import type { Capacities, Load, Snapshot } from '../image/index.js';
import { readImage } from '../image/index.js';
import type { ArrayName } from '../image/image.js';
import { ARRAYS } from '../image/image.js';
import type { Maps } from '../kernel/maps.js';
import { trafficOf } from '../observe/counters.js';

export function limitsOf(maps: Maps): Limits {
  return VALUE_CODECS['.rodata'].decode(maps.memory('.rodata'));
}

function capacitiesOf(maps: Maps): Capacities {
  return {
    services: maps.capacity('services'),
    servers: maps.capacity('real_servers'),
    members: maps.capacity('members'),
    levels: maps.capacity('schedule_levels'),
    slots: maps.capacity('schedule_slots'),
  };
}

/** Copies what the controller wrote; counters are read when asked for. Whole only for who holds the lock. */
export function snapshotOf(maps: Maps): Snapshot {
  const limits = limitsOf(maps);
  const shape = { cpus: limits.cpus, servers: limits.serversCapacity };
  const cursors = maps.memory('cursors');
  const loads = maps.memory('loads');
  const marks = maps.memory('mark_counts');
  const traffic = maps.memory('traffic').buffer;
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, maps.memory(name)])) as Record<ArrayName, Uint8Array>;
  return {
    image: readImage({ services: maps.entries('services'), settings: maps.memory('.data.settings'), arrays }),
    capacities: capacitiesOf(maps),
    hz: limits.hz,
    cursor: (service) => cursorCodec.decode(cursors, service * cursorCodec.size),
    load: (server): Load => loadCodec.decode(loads, server * loadCodec.size),
    marked: (rule) => markCountCodec.decode(marks, rule * markCountCodec.size),
    overload: (server) => loadCodec.decode(loads, server * loadCodec.size).overload,
    traffic: (server) => trafficOf(traffic, shape, server),
  };
}
