// SPDX-License-Identifier: Apache-2.0
/** Maps of an object that is loaded but not pinned: arrays by their memory, hashes by system calls. */
import { RawMap, createMapRef } from 'bpf';

import type { MapName } from '../../src/abi/generated.js';
import { MAPS } from '../../src/abi/generated.js';
import { addon } from '../../src/kernel/addon.js';
import type { Key, Maps } from '../../src/kernel/maps.js';
import { isArray, keyBytes, strideIn, valueBytes } from '../../src/kernel/maps.js';

export function openRaw(fds: Readonly<Record<string, number>>, name: string): RawMap {
  const fd = fds[name];
  if (fd === undefined) throw new Error(`the object has no map ${name}: it is of another build, so \`make build\``);
  return new RawMap(createMapRef(fd));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export class LoadedMaps implements Maps {
  readonly #memories = new Map<MapName, Uint8Array<ArrayBuffer>>();
  readonly #raws = new Map<MapName, RawMap>();

  constructor(private readonly fds: Readonly<Record<string, number>>) {}

  capacity(map: MapName): number {
    return addon.mapInfo(this.#fd(map)).maxEntries;
  }

  get(map: MapName, key: Key): Uint8Array | undefined {
    const found = this.#raw(map).get(asBuffer(keyBytes(map, key)));
    return found && Uint8Array.from(found);
  }

  set(map: MapName, key: Key, value: Uint8Array): void {
    const bytes = valueBytes(map, value);
    if (isArray(map)) this.memory(map).set(bytes, (key as number) * strideIn(map));
    else this.#raw(map).set(asBuffer(keyBytes(map, key)), asBuffer(bytes));
  }

  delete(map: MapName, key: Uint8Array): boolean {
    return this.#raw(map).delete(asBuffer(keyBytes(map, key)));
  }

  entries(map: MapName): [Uint8Array, Uint8Array][] {
    return [...this.#raw(map).entries()];
  }

  /** May be written to, unlike that of pinned maps. */
  memory(map: MapName): Uint8Array<ArrayBuffer> {
    const known = this.#memories.get(map);
    if (known) return known;
    const isFrozen = map === '.rodata';
    const memory = new Uint8Array(addon.mmapMap(this.#fd(map), this.capacity(map) * strideIn(map), !isFrozen));
    this.#memories.set(map, memory);
    return memory;
  }

  close(): void {
    for (const fd of Object.values(this.fds)) addon.close(fd);
  }

  #raw(map: MapName): RawMap {
    const raw = this.#raws.get(map) ?? openRaw(this.fds, map);
    this.#raws.set(map, raw);
    return raw;
  }

  #fd(map: MapName): number {
    const fd = this.fds[map];
    if (fd === undefined) throw new Error(`the object has no ${map} (${MAPS[map].pin})`);
    return fd;
  }
}
