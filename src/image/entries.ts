// SPDX-License-Identifier: Apache-2.0
/**
 * Entries of an array: copies in a Map, bytes where they lie, or changes over either. A command for one service on a director
 * with ten thousand must not copy a hundred thousand entries to look at ten.
 */
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import { viewOf } from '../abi/view.js';

/** By index. Only those that mean something: what else lies in an array is never read. Bytes are not to be written to. */
export interface Entries extends Iterable<[number, Uint8Array]> {
  get(index: number): Uint8Array | undefined;
  has(index: number): boolean;
  keys(): Iterable<number>;
  values(): Iterable<Uint8Array>;
  readonly size: number;
}

/** The u32 at an offset of an entry, where decoding all of tens of thousands would cost too much. */
export function numberAt(bytes: Uint8Array, offset: number): number {
  return viewOf(bytes).getUint32(bytes.byteOffset + offset, IS_LITTLE_ENDIAN);
}

/** numberAt of an entry that is there, without giving it out. */
export function wordOf(entries: Entries, index: number, offset: number): number {
  if (entries instanceof Stored || entries instanceof Overlay) return entries.word(index, offset);
  return numberAt(entries.get(index)!, offset);
}

/** Visits every index that has an entry. */
export function scan(entries: Entries, visit: (index: number) => void): void {
  if (entries instanceof Stored) entries.scan(visit);
  else for (const index of entries.keys()) visit(index);
}

/** The byte at an offset of an entry that is there. */
export function byteOf(entries: Entries, index: number, offset: number): number {
  if (entries instanceof Stored || entries instanceof Overlay) return entries.byte(index, offset);
  return entries.get(index)![offset]!;
}

abstract class Derived implements Entries {
  abstract get(index: number): Uint8Array | undefined;
  abstract keys(): Iterable<number>;

  has(index: number): boolean {
    return this.get(index) !== undefined;
  }

  *values(): Iterable<Uint8Array> {
    for (const index of this.keys()) yield this.get(index)!;
  }

  *[Symbol.iterator](): Iterator<[number, Uint8Array]> {
    for (const index of this.keys()) yield [index, this.get(index)!];
  }

  get size(): number {
    let count = 0;
    for (const _ of this.keys()) count++;
    return count;
  }
}

/** Where the entries of an array lie, and which of them mean something. */
export interface Storage {
  /** The whole array; entry i begins at i * stride. Asked for at the first read. */
  bytes(): Uint8Array;
  /** Bytes of an entry. */
  readonly size: number;
  readonly stride: number;
  /** Lists: undefined, since those who read them know from where to where. */
  isUsed?(bytes: Uint8Array, start: number): boolean;
  /** In no order. */
  indices(): Iterable<number>;
  /** Given where all indices below it are meant, and no others. */
  readonly bound?: number;
}

/** Bytes where they lie: what changes there, changes here. */
export class Stored extends Derived {
  #view: DataView | undefined;

  constructor(readonly storage: Storage) {
    super();
  }

  override has(index: number): boolean {
    const { size, stride } = this.storage;
    const bytes = this.storage.bytes();
    const start = index * stride;
    return start >= 0 && start + size <= bytes.length && this.storage.isUsed?.(bytes, start) !== false;
  }

  get(index: number): Uint8Array | undefined {
    if (!this.has(index)) return undefined;
    const start = index * this.storage.stride;
    return this.storage.bytes().subarray(start, start + this.storage.size);
  }

  *keys(): Iterable<number> {
    const { stride } = this.storage;
    const bytes = this.storage.bytes();
    for (const index of this.storage.indices()) if (this.storage.isUsed?.(bytes, index * stride) !== false) yield index;
  }

  /** What `keys` tells: of a hundred thousand a generator would take as long to tell them as it takes to read them. */
  scan(visit: (index: number) => void): void {
    const { stride, bound } = this.storage;
    const bytes = this.storage.bytes();
    if (bound === undefined) return [...this.keys()].forEach((index) => visit(index));
    for (let index = 0; index < bound; index++)
      if (this.storage.isUsed?.(bytes, index * stride) !== false) visit(index);
  }

  word(index: number, offset: number): number {
    this.#view ??= viewFrom(this.storage.bytes());
    return this.#view.getUint32(index * this.storage.stride + offset, IS_LITTLE_ENDIAN);
  }

  byte(index: number, offset: number): number {
    return this.storage.bytes()[index * this.storage.stride + offset]!;
  }
}

function viewFrom({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Others' entries with changes of its own. */
export class Overlay extends Derived {
  readonly #changed = new Map<number, Uint8Array | undefined>();

  constructor(readonly base: Entries) {
    super();
  }

  get(index: number): Uint8Array | undefined {
    const changed = this.#changed.get(index);
    if (changed || this.#changed.has(index)) return changed;
    return this.base.get(index);
  }

  override has(index: number): boolean {
    return this.#changed.has(index) ? this.#changed.get(index) !== undefined : this.base.has(index);
  }

  word(index: number, offset: number): number {
    const changed = this.#changed.get(index);
    return changed ? numberAt(changed, offset) : wordOf(this.base, index, offset);
  }

  byte(index: number, offset: number): number {
    return this.#changed.get(index)?.[offset] ?? byteOf(this.base, index, offset);
  }

  set(index: number, bytes: Uint8Array): void {
    this.#changed.set(index, bytes);
  }

  delete(index: number): void {
    this.#changed.set(index, undefined);
  }

  clear(): void {
    for (const index of [...this.keys()]) this.delete(index);
  }

  *keys(): Iterable<number> {
    for (const index of this.base.keys()) if (!this.#changed.has(index)) yield index;
    for (const [index, bytes] of this.#changed) if (bytes) yield index;
  }

  /** Indices that may have another entry than the base has, or none. */
  changes(): Iterable<number> {
    return this.#changed.keys();
  }
}
