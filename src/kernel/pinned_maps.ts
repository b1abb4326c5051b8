// SPDX-License-Identifier: Apache-2.0
/** The pinned maps of a director: written by system calls, read through shared memory where the kernel allows it. */
import { RawMap, createMapRef } from 'bpf';

import type { MapName } from '../abi/generated.js';
import { ABI, MAPS, VALUE_CODECS } from '../abi/generated.js';
import { MAP_IS_MMAPABLE } from '../abi/map_layout.js';
import { addon } from './addon.js';
import { ensureBpffs } from './bpffs.js';
import { LayoutMismatch, NotAttached, codeOf } from './errors.js';
import type { Key, Maps } from './maps.js';
import { isArray, keyBytes, strideIn, valueBytes } from './maps.js';
import { Pins } from './pins.js';

/** Bytes. Mapping is done for each anew. */
const PIECE = 1 << 20;

const MAP_NAMES = Object.keys(MAPS) as MapName[];

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function plainBytes({ buffer, byteOffset }: Buffer, start: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + start, length);
}

export class PinnedMaps implements Maps {
  readonly #raw: ReadonlyMap<MapName, RawMap>;
  readonly #memories = new Map<MapName, Uint8Array<ArrayBuffer>>();
  readonly #piece = new Uint8Array(PIECE);

  private constructor(raw: ReadonlyMap<MapName, RawMap>) {
    this.#raw = raw;
  }

  /** Throws NotAttached where nothing is pinned, LayoutMismatch where another build's maps are. */
  static open(pins: Pins = Pins.here()): PinnedMaps {
    ensureBpffs();
    if (!pins.exist()) throw new NotAttached();
    const raw = new Map<MapName, RawMap>();
    const maps = new PinnedMaps(raw);
    try {
      for (const name of MAP_NAMES) raw.set(name, openMap(pins, name));
      maps.#checkAbi();
    } catch (error) {
      maps.close();
      throw error;
    }
    return maps;
  }

  capacity(map: MapName): number {
    return this.#of(map).ref.maxEntries;
  }

  get(map: MapName, key: Key): Uint8Array | undefined {
    const found = this.#of(map).get(asBuffer(keyBytes(map, key)));
    return found && Uint8Array.from(found);
  }

  set(map: MapName, key: Key, value: Uint8Array): void {
    this.#of(map).set(asBuffer(keyBytes(map, key)), asBuffer(valueBytes(map, value)));
  }

  delete(map: MapName, key: Uint8Array): boolean {
    return this.#of(map).delete(isArray(map) ? Buffer.alloc(MAPS[map].keySize) : asBuffer(keyBytes(map, key)));
  }

  entries(map: MapName): [Uint8Array, Uint8Array][] {
    const { fd, keySize, valueSize, maxEntries } = this.#of(map).ref;
    const { keys, values } = addon.mapEntries(fd, keySize, valueSize, maxEntries);
    return Array.from({ length: keys.length / keySize }, (_, index) => [
      plainBytes(keys, index * keySize, keySize),
      plainBytes(values, index * valueSize, valueSize),
    ]);
  }

  memory(map: MapName): Uint8Array<ArrayBuffer> {
    const known = this.#memories.get(map);
    if (known) return known;
    if ((MAPS[map].flags & MAP_IS_MMAPABLE) === 0) throw new RangeError(`${map} cannot be mapped into memory`);
    const { fd, maxEntries } = this.#of(map).ref;
    const memory = new Uint8Array(addon.mmapMap(fd, maxEntries * strideIn(map), false));
    this.#memories.set(map, memory);
    return memory;
  }

  /**
   * Copies of an ARRAY's elements, laid out as in `memory`, some megabytes at a time: what is mapped counts as this process's
   * memory, all of it. A piece is good until the next.
   */
  *pieces(map: MapName): Iterable<Uint8Array<ArrayBuffer>> {
    const { fd, maxEntries } = this.#of(map).ref;
    const length = maxEntries * strideIn(map);
    const whole = PIECE - (PIECE % strideIn(map));
    for (let start = 0; start < length; start += whole) {
      const piece = this.#piece.subarray(0, Math.min(whole, length - start));
      addon.readMap(fd, start, piece);
      yield piece;
    }
  }

  /** What `memory` gave stays readable. */
  close(): void {
    for (const raw of this.#raw.values()) raw.ref.close();
  }

  #of(map: MapName): RawMap {
    const raw = this.#raw.get(map);
    if (!raw) throw new RangeError(`no map ${map} is open`);
    return raw;
  }

  #checkAbi(): void {
    const limits = this.get('.rodata', 0);
    const { abi } = VALUE_CODECS['.rodata'].decode(limits ?? new Uint8Array(MAPS['.rodata'].valueSize));
    if (abi !== ABI) throw new LayoutMismatch(layoutName(abi), layoutName(ABI));
  }
}

export function layoutName(abi: bigint): string {
  return abi.toString(16).padStart(16, '0');
}

function openMap(pins: Pins, name: MapName): RawMap {
  const fd = openPin(pins, name);
  const ref = createMapRef(fd, { transfer: true });
  const { type, keySize, valueSize } = MAPS[name];
  if (Number(ref.type) === type && ref.keySize === keySize && ref.valueSize === valueSize) return new RawMap(ref);
  const found = `${ref.keySize}:${ref.valueSize} for ${name}`;
  ref.close();
  throw new LayoutMismatch(found, `${keySize}:${valueSize}`);
}

function openPin(pins: Pins, name: MapName): number {
  try {
    return addon.openPinned(pins.map(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new LayoutMismatch(`without ${name}`, layoutName(ABI));
    throw error;
  }
}
