// SPDX-License-Identifier: Apache-2.0
/** The director's maps as bytes, whatever holds them: the kernel, this process's memory, or something that fails. */
import type { MapKeys, MapName, MapValues } from '../abi/generated.js';
import { KEY_CODECS, MAPS, VALUE_CODECS } from '../abi/generated.js';
import { MAP_TYPE_ARRAY } from '../abi/map_layout.js';
import { strideOf } from '../abi/codec.js';

/** An index for an ARRAY, a key's bytes for a HASH. */
export type Key = number | Uint8Array;

/**
 * Errors carry the kernel's `code`: E2BIG for an index past the end or a HASH that is full, EINVAL for deleting from an
 * ARRAY. A key or value of another length than the map's is a RangeError.
 */
export interface Maps {
  capacity(map: MapName): number;
  /** A copy; undefined: no such entry. Every index below an ARRAY's capacity has one. */
  get(map: MapName, key: Key): Uint8Array | undefined;
  set(map: MapName, key: Key, value: Uint8Array): void;
  /** false: there was nothing. */
  delete(map: MapName, key: Uint8Array): boolean;
  /** Copies of a HASH's entries, in no order. */
  entries(map: MapName): [key: Uint8Array, value: Uint8Array][];
  /** An ARRAY as it changes; element i begins at i * strideOf(value size). Not to be written to. */
  memory(map: MapName): Uint8Array<ArrayBuffer>;
  close(): void;
}

export function isArray(map: MapName): boolean {
  return MAPS[map].type === MAP_TYPE_ARRAY;
}

export function strideIn(map: MapName): number {
  return strideOf(MAPS[map].valueSize);
}

/** The key's bytes, checked for what the map asks for. */
export function keyBytes(map: MapName, key: Key): Uint8Array {
  if (isArray(map) !== (typeof key === 'number'))
    throw new RangeError(`${map} is found by ${isArray(map) ? 'a number' : 'bytes'}, not by ${typeof key}`);
  const bytes = typeof key === 'number' ? (KEY_CODECS[map].encode as (key: number) => Uint8Array)(key) : key;
  return checkLength(map, 'key', bytes, MAPS[map].keySize);
}

export function valueBytes(map: MapName, value: Uint8Array): Uint8Array {
  return checkLength(map, 'value', value, MAPS[map].valueSize);
}

function checkLength(map: MapName, what: string, bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length !== size) throw new RangeError(`a ${what} of ${map} has ${size} bytes, not ${bytes.length}`);
  return bytes;
}

/** Decoded, with the type that the header gives it. */
export function read<Name extends MapName>(maps: Maps, map: Name, key: Key): MapValues[Name] | undefined {
  const bytes = maps.get(map, key);
  return bytes && VALUE_CODECS[map].decode(bytes);
}

export function write<Name extends MapName>(maps: Maps, map: Name, key: Key, value: MapValues[Name]): void {
  maps.set(map, key, VALUE_CODECS[map].encode(value));
}

export function readAll<Name extends MapName>(maps: Maps, map: Name): [MapKeys[Name], MapValues[Name]][] {
  return maps.entries(map).map(([key, value]) => [KEY_CODECS[map].decode(key), VALUE_CODECS[map].decode(value)]);
}
