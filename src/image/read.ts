// SPDX-License-Identifier: Apache-2.0
import {
  realServerCodec,
  scheduleLevelCodec,
  serviceRecordCodec,
  settingsCodec,
  virtualServiceCodec,
} from '../abi/generated.js';
import { MAPS, REAL_SERVER_IN_USE } from '../abi/generated.js';
import type { VirtualService } from '../abi/generated.js';
import { strideOf } from '../abi/codec.js';
import { ImageInconsistent } from './errors.js';
import { keyText } from './image.js';
import type { ArrayName, Entries, Image } from './image.js';
import { rulesInForce, serversInUse } from './settings.js';

/** The control plane's maps as they lie in memory. */
export interface RawMaps {
  /** Every key and value of `services`. */
  readonly services: Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** `.data.settings`, its one value. */
  readonly settings: Uint8Array;
  /** The whole of an array, entries `strideOf` their size apart, as it is mapped. */
  readonly arrays: Readonly<Record<ArrayName, Uint8Array>>;
}

/** Copies what means something; the maps may change afterwards. Only a reader that holds the lock gets a whole image. */
export function readImage(maps: RawMaps): Image {
  const services = new Map(Array.from(maps.services, ([key, value]) => [keyText(key), Uint8Array.from(value)]));
  const values = Array.from(services.values(), (bytes) => virtualServiceCodec.decode(bytes));
  const settings = Uint8Array.from(maps.settings.subarray(0, settingsCodec.size));
  const levels = copied(maps, 'schedule_levels', levelIndices(values));
  const servers = usedServers(maps, serversInUse(settings));
  return {
    services,
    settings,
    arrays: {
      members: copied(
        maps,
        'members',
        values.flatMap(({ firstMember, memberCount }) => range(firstMember, memberCount)),
      ),
      schedule_levels: levels,
      schedule_slots: copied(maps, 'schedule_slots', slotIndices(levels)),
      real_servers: servers,
      server_records: copied(maps, 'server_records', servers.keys()),
      service_records: usedServices(maps),
      mark_rules: copied(maps, 'mark_rules', markSpan(settings)),
    },
  };
}

function copied(maps: RawMaps, array: ArrayName, indices: Iterable<number>): Entries {
  const size = MAPS[array].valueSize;
  const stride = strideOf(size);
  const bytes = maps.arrays[array];
  const entries = new Map<number, Uint8Array>();
  for (const index of indices) {
    const start = index * stride;
    if (start + size > bytes.length) throw new ImageInconsistent(`entry ${index} of ${array} is beyond its end`);
    entries.set(index, Uint8Array.from(bytes.subarray(start, start + size)));
  }
  return entries;
}

function markSpan(settings: Uint8Array): number[] {
  const { first, count } = rulesInForce(settings);
  return range(first, count);
}

function levelIndices(values: readonly VirtualService[]): number[] {
  return values.flatMap(({ firstLevel, levelCount }) => range(firstLevel, levelCount));
}

function* slotIndices(levels: Entries): Iterable<number> {
  for (const bytes of levels.values()) {
    const { firstSlot, slotCount } = scheduleLevelCodec.decode(bytes);
    yield* range(firstSlot, slotCount);
  }
}

function usedServers(maps: RawMaps, bound: number): Entries {
  const { flags } = realServerCodec.offsets;
  const entries = copied(maps, 'real_servers', range(0, bound));
  return filtered(entries, (bytes) => (bytes[flags]! & REAL_SERVER_IN_USE) !== 0);
}

function usedServices(maps: RawMaps): Entries {
  const { inUse } = serviceRecordCodec.offsets;
  const capacity = maps.arrays.service_records.length / strideOf(MAPS.service_records.valueSize);
  const entries = copied(maps, 'service_records', range(0, Math.floor(capacity)));
  return filtered(entries, (bytes) => bytes[inUse] !== 0);
}

function filtered(entries: Entries, isWanted: (bytes: Uint8Array) => boolean): Entries {
  return new Map([...entries].filter(([, bytes]) => isWanted(bytes)));
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
