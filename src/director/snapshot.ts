// SPDX-License-Identifier: Apache-2.0
/** The pinned maps of one director as the pure code sees them. */
import { VALUE_CODECS, cursorCodec, loadCodec, markCountCodec } from '../abi/generated.js';
import type { Limits } from '../abi/generated.js';
import type { Capacities, Image, Load, RawMaps, Snapshot } from '../image/index.js';
import { lookAt, readImage } from '../image/index.js';
import type { Maps } from '../kernel/maps.js';
import { totalTraffic, trafficOf } from '../observe/counters.js';

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
  return snapshotWith(maps, readImage(rawOf(maps)));
}

/** Nothing is copied: for who holds the lock, until what it decided is written. */
export function liveSnapshotOf(maps: Maps): Snapshot {
  return snapshotWith(maps, lookAt(rawOf(maps)));
}

function rawOf(maps: Maps): RawMaps {
  return {
    services: maps.entries('services'),
    callingServers: () => maps.entries('calling_servers'),
    settings: maps.memory('.data.settings'),
    array: (name) => maps.memory(name),
  };
}

function snapshotWith(maps: Maps, image: Image): Snapshot {
  const limits = limitsOf(maps);
  const shape = { cpus: limits.cpus, servers: limits.serversCapacity };
  const load = (server: number) => loadCodec.decode(maps.memory('loads'), server * loadCodec.size);
  return {
    image,
    capacities: capacitiesOf(maps),
    hz: limits.hz,
    cursor: (service) => cursorCodec.decode(maps.memory('cursors'), service * cursorCodec.size),
    load: (server): Load => load(server),
    marked: (rule) => markCountCodec.decode(maps.memory('mark_counts'), rule * markCountCodec.size),
    overload: (server) => load(server).overload,
    traffic: (server) => trafficOf(maps.memory('traffic').buffer, shape, server),
    totalTraffic: () => totalTraffic(maps.memory('traffic').buffer, shape),
  };
}
