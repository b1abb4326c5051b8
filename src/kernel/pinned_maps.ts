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

/** The kernel looks for the rest of a bucket of the hash in the next batch; none is this long. */
const BATCH = 1024;

const MAP_NAMES = Object.keys(MAPS) as MapName[];

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function plainBytes({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

export class PinnedMaps implements Maps {
  readonly #raw: ReadonlyMap<MapName, RawMap>;
  readonly #memories = new Map<MapName, Uint8Array<ArrayBuffer>>();

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
    const batches = [...this.#of(map).getBatch(BATCH)];
    return batches.flat().map(([key, value]) => [plainBytes(key), plainBytes(value)]);
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
