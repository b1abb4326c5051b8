// SPDX-License-Identifier: Apache-2.0
/** Maps without a kernel: the same behaviour, held by one test suite to the same answers. */
import type { MapName } from '../abi/generated.js';
import { MAPS } from '../abi/generated.js';
import type { Key, Maps } from './maps.js';
import { isArray, keyBytes, strideIn, valueBytes } from './maps.js';

class MapError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${message} (${code})`);
  }
}

export class MemoryMaps implements Maps {
  readonly #hashes = new Map<MapName, Map<string, [Uint8Array, Uint8Array]>>();
  readonly #arrays = new Map<MapName, Uint8Array<ArrayBuffer>>();
  readonly #capacities: Partial<Record<MapName, number>>;

  /** What is not among the capacities has the object's own. */
  constructor(capacities: Partial<Record<MapName, number>> = {}) {
    this.#capacities = capacities;
  }

  capacity(map: MapName): number {
    return this.#capacities[map] ?? MAPS[map].maxEntries;
  }

  get(map: MapName, key: Key): Uint8Array | undefined {
    const bytes = keyBytes(map, key);
    if (typeof key !== 'number') return copyOf(this.#hash(map).get(textOf(bytes))?.[1]);
    if (key >= this.capacity(map)) return undefined;
    return copyOf(this.#element(map, key));
  }

  set(map: MapName, key: Key, value: Uint8Array): void {
    const bytes = keyBytes(map, key);
    valueBytes(map, value);
    if (typeof key === 'number') this.#setElement(map, key, value);
    else this.#setEntry(map, bytes, value);
  }

  delete(map: MapName, key: Uint8Array): boolean {
    if (isArray(map)) throw new MapError('EINVAL', `nothing can be deleted from the array ${map}`);
    return this.#hash(map).delete(textOf(keyBytes(map, key)));
  }

  entries(map: MapName): [Uint8Array, Uint8Array][] {
    return [...this.#hash(map).values()].map(([key, value]) => [Uint8Array.from(key), Uint8Array.from(value)]);
  }

  memory(map: MapName): Uint8Array<ArrayBuffer> {
    if (!isArray(map)) throw new RangeError(`${map} cannot be mapped into memory`);
    const known = this.#arrays.get(map);
    if (known) return known;
    const memory = new Uint8Array(this.capacity(map) * strideIn(map));
    this.#arrays.set(map, memory);
    return memory;
  }

  close(): void {
    // memory goes by itself
  }

  #hash(map: MapName): Map<string, [Uint8Array, Uint8Array]> {
    const known = this.#hashes.get(map) ?? new Map<string, [Uint8Array, Uint8Array]>();
    this.#hashes.set(map, known);
    return known;
  }

  #element(map: MapName, index: number): Uint8Array {
    const start = index * strideIn(map);
    return this.memory(map).subarray(start, start + MAPS[map].valueSize);
  }

  #setElement(map: MapName, index: number, value: Uint8Array): void {
    if (index >= this.capacity(map)) throw new MapError('E2BIG', `${map} ends before ${index}`);
    this.#element(map, index).set(value);
  }

  #setEntry(map: MapName, key: Uint8Array, value: Uint8Array): void {
    const hash = this.#hash(map);
    const text = textOf(key);
    if (!hash.has(text) && hash.size >= this.capacity(map)) throw new MapError('E2BIG', `${map} is full`);
    hash.set(text, [Uint8Array.from(key), Uint8Array.from(value)]);
  }
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && Uint8Array.from(bytes);
}
