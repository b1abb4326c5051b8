// SPDX-License-Identifier: Apache-2.0
/** The maps of an object that is loaded and pinned nowhere: gone when this process closes them. */
import { RawMap, createMapRef } from 'bpf';

import type { MapName } from '../../../src/abi/generated.js';
import { MAPS } from '../../../src/abi/generated.js';
import { MAP_IS_MMAPABLE, MAP_TYPE_ARRAY, MAP_TYPE_HASH, MAP_TYPE_LRU_HASH } from '../../../src/abi/map_layout.js';
import { addon } from '../../../src/kernel/addon.js';
import type { Key, Maps } from '../../../src/kernel/maps.js';
import { keyBytes, strideIn, valueBytes } from '../../../src/kernel/maps.js';

const BATCH = 1024;

/** Made once, before the director runs: what the ground is like, and what the object itself says. */
const LASTING: ReadonlySet<MapName> = new Set<MapName>(['.rodata', 'interfaces', 'stations']);

const TYPES: readonly number[] = [MAP_TYPE_HASH, MAP_TYPE_ARRAY, MAP_TYPE_LRU_HASH];

/** Hashes that a director fills. */
const FILLED = ['services', 'localities', 'path_mtus', 'ftp_controls', 'calling_servers', 'call_ids'] as const;

const NAMES = Object.keys(MAPS) as MapName[];

export class KernelMaps implements Maps {
  readonly #raw = new Map<MapName, RawMap>();
  readonly #memories = new Map<MapName, Uint8Array<ArrayBuffer>>();

  constructor(fds: Readonly<Record<string, number>>) {
    for (const name of NAMES) {
      if (!TYPES.includes(MAPS[name].type)) continue;
      this.#raw.set(name, new RawMap(createMapRef(fds[name]!, { transfer: false })));
    }
  }

  capacity(map: MapName): number {
    return this.#of(map).ref.maxEntries;
  }

  get(map: MapName, key: Key): Uint8Array | undefined {
    const found = this.#of(map).get(Buffer.from(keyBytes(map, key)));
    return found && Uint8Array.from(found);
  }

  set(map: MapName, key: Key, value: Uint8Array): void {
    this.#of(map).set(Buffer.from(keyBytes(map, key)), Buffer.from(valueBytes(map, value)));
  }

  delete(map: MapName, key: Uint8Array): boolean {
    return this.#of(map).delete(Buffer.from(keyBytes(map, key)));
  }

  entries(map: MapName): [Uint8Array, Uint8Array][] {
    return [...this.#of(map).getBatch(BATCH)].flat();
  }

  /** May be written to, but for the frozen `.rodata`. */
  memory(map: MapName): Uint8Array<ArrayBuffer> {
    const known = this.#memories.get(map);
    if (known) return known;
    const { fd, maxEntries } = this.#of(map).ref;
    const memory = new Uint8Array(addon.mmapMap(fd, maxEntries * strideIn(map), map !== '.rodata'));
    this.#memories.set(map, memory);
    return memory;
  }

  /** As after loading: no service, no connection, no count. */
  clear(): void {
    for (const map of FILLED) for (const [key] of this.entries(map)) this.delete(map, key);
    for (const name of this.#raw.keys()) {
      const isCleared = (MAPS[name].flags & MAP_IS_MMAPABLE) !== 0 && !LASTING.has(name);
      if (isCleared) this.memory(name).fill(0);
    }
  }

  close(): void {
    this.#memories.clear();
  }

  #of(map: MapName): RawMap {
    const raw = this.#raw.get(map);
    if (!raw) throw new RangeError(`${map} is no map to look into`);
    return raw;
  }
}
