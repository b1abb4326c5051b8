// SPDX-License-Identifier: Apache-2.0
import {
  MAPS,
  REAL_SERVER_IN_USE,
  SYNC_DAEMONS,
  realServerCodec,
  serviceRecordCodec,
  settingsCodec,
  syncDaemonCodec,
} from '../abi/generated.js';
import { strideOf } from '../abi/codec.js';
import { Stored } from './entries.js';
import type { Entries, Storage } from './entries.js';
import { ImageInconsistent } from './errors.js';
import { ARRAYS, keyText } from './image.js';
import type { ArrayName, Image } from './image.js';
import { levelSlots } from './levels.js';
import { valueOf } from './service_value.js';
import { hasCallingServers, rulesInForce, serversInUse } from './settings.js';

/** The control plane's maps as they lie in memory. */
export interface RawMaps {
  /** Copies of every key and value of `services`. */
  readonly services: Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** Likewise of `calling_servers`. */
  callingServers(): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** `.data.settings`, its one value. */
  readonly settings: Uint8Array;
  /** The whole of an array, entries `strideOf` their size apart, as it is mapped. Asked for when something in it is read. */
  array(name: ArrayName): Uint8Array;
}

/** Copies what means something; the maps may change afterwards. Only a reader that holds the lock gets a whole image. */
export function readImage(maps: RawMaps): Image {
  const image = lookAt(maps);
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, copied(name, image.arrays[name])]));
  return { ...image, arrays: arrays as unknown as Image['arrays'] };
}

/** The image in the maps themselves: it changes with them, so it is to be used under the lock and not after its plan began. */
export function lookAt(maps: RawMaps): Image {
  const services = byText(maps.services);
  const settings = Uint8Array.from(maps.settings.subarray(0, settingsCodec.size));
  const bound = serversInUse(settings);
  const list = (name: ArrayName, indices: () => Iterable<number>) => new Stored({ ...placed(maps, name), indices });
  const values = () => Array.from(services.values(), valueOf);
  const levels = list('schedule_levels', () => ranges(values(), 'firstLevel', 'levelCount'));
  const servers = serversBelow(maps, bound);
  return {
    services,
    callingServers: hasCallingServers(settings) ? byText(maps.callingServers()) : new Map(),
    settings,
    arrays: {
      members: list('members', () => ranges(values(), 'firstMember', 'memberCount')),
      schedule_levels: levels,
      schedule_slots: list('schedule_slots', () => slotsNamedBy(levels)),
      real_servers: servers,
      server_records: list('server_records', () => servers.keys()),
      service_records: serviceRecords(maps),
      mark_rules: list('mark_rules', () => markSpan(settings)),
      sync_daemons: syncDaemons(maps),
      total_records: list('total_records', () => [0]),
    },
  };
}

function byText(entries: Iterable<readonly [key: Uint8Array, value: Uint8Array]>): Map<string, Uint8Array> {
  return new Map(Array.from(entries, ([key, value]) => [keyText(key), value]));
}

function placed(maps: RawMaps, name: ArrayName): Pick<Storage, 'bytes' | 'size' | 'stride'> {
  let known: Uint8Array | undefined;
  const size = MAPS[name].valueSize;
  return { bytes: () => (known ??= maps.array(name)), size, stride: strideOf(size) };
}

/** Side by side, so that the copies are one piece of memory, which is quicker to make and to read. */
function copied(name: ArrayName, entries: Entries): Entries {
  const { valueSize: size } = MAPS[name];
  const indices = [...entries.keys()];
  const all = new Uint8Array(indices.length * size);
  return new Map(
    indices.map((index, place) => {
      const bytes = entries.get(index);
      if (!bytes) throw new ImageInconsistent(`entry ${index} of ${name} is beyond its end`);
      all.set(bytes, place * size);
      return [index, all.subarray(place * size, (place + 1) * size)];
    }),
  );
}

function markSpan(settings: Uint8Array): Iterable<number> {
  const { first, count } = rulesInForce(settings);
  return range(first, count);
}

function* slotsNamedBy(levels: Entries): Iterable<number> {
  for (const bytes of levels.values()) yield* levelSlots(bytes);
}

function serversBelow(maps: RawMaps, bound: number): Stored {
  const { flags } = realServerCodec.offsets;
  const isUsed = (bytes: Uint8Array, start: number) => (bytes[start + flags]! & REAL_SERVER_IN_USE) !== 0;
  return new Stored({ ...placed(maps, 'real_servers'), isUsed, bound, indices: () => range(0, bound) });
}

function serviceRecords(maps: RawMaps): Stored {
  const { inUse } = serviceRecordCodec.offsets;
  const place = placed(maps, 'service_records');
  const isUsed = (bytes: Uint8Array, start: number) => bytes[start + inUse] !== 0;
  return new Stored({ ...place, isUsed, indices: () => range(0, Math.floor(place.bytes().length / place.stride)) });
}

function syncDaemons(maps: RawMaps): Stored {
  const { family } = syncDaemonCodec.offsets;
  const isUsed = (bytes: Uint8Array, start: number) => bytes[start + family] !== 0;
  return new Stored({ ...placed(maps, 'sync_daemons'), isUsed, indices: () => range(0, SYNC_DAEMONS) });
}

function* ranges<First extends string, Count extends string>(
  values: readonly Record<First | Count, number>[],
  first: First,
  count: Count,
): Iterable<number> {
  for (const value of values) yield* range(value[first], value[count]);
}

function* range(first: number, count: number): Iterable<number> {
  for (let index = first; index < first + count; index++) yield index;
}
