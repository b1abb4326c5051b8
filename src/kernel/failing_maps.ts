// SPDX-License-Identifier: Apache-2.0
/** Maps that stop taking writes, as when a command is killed on its way: for tests of what is left behind. */
import type { MapName } from '../abi/generated.js';
import type { Key, Maps } from './maps.js';

export class WriteFailed extends Error {
  constructor(writes: number) {
    super(`made to fail after ${writes} writes`);
    this.name = 'WriteFailed';
  }
}

export class FailingMaps implements Maps {
  #left: number;

  constructor(
    readonly maps: Maps,
    readonly writes: number,
  ) {
    this.#left = writes;
  }

  capacity(map: MapName): number {
    return this.maps.capacity(map);
  }

  get(map: MapName, key: Key): Uint8Array | undefined {
    return this.maps.get(map, key);
  }

  set(map: MapName, key: Key, value: Uint8Array): void {
    this.#count();
    this.maps.set(map, key, value);
  }

  delete(map: MapName, key: Uint8Array): boolean {
    this.#count();
    return this.maps.delete(map, key);
  }

  entries(map: MapName): [Uint8Array, Uint8Array][] {
    return this.maps.entries(map);
  }

  memory(map: MapName): Uint8Array<ArrayBuffer> {
    return this.maps.memory(map);
  }

  close(): void {
    this.maps.close();
  }

  #count(): void {
    if (this.#left === 0) throw new WriteFailed(this.writes);
    this.#left--;
  }
}
