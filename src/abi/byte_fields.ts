// SPDX-License-Identifier: Apache-2.0
/** Fields that are just bytes, or many words. */
import { fitted } from './scalars.js';

/** A copy, of just that length. Throws RangeError if the source ends too early. */
export function bytesAt(source: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset + length > source.length) throw new RangeError(`no ${length} bytes at ${offset}`);
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = source[offset + i]!;
  return copy;
}

/** Throws RangeError for what is not bytes of just that length. */
export function putBytes(target: Uint8Array, offset: number, length: number, value: unknown, name: string): void {
  if (!(value instanceof Uint8Array) || value.length !== length)
    throw new RangeError(`${name} must be a Uint8Array of ${length} bytes`);
  target.set(value, offset);
}

/** Words of 64 bits, as this machine has them. */
export function wordsAt(source: Uint8Array, start: number, length: number): bigint[] {
  if (start + 8 * length > source.length) throw new RangeError(`no ${length} words at ${start}`);
  const words = new BigUint64Array(length);
  new Uint8Array(words.buffer).set(source.subarray(start, start + 8 * length));
  return Array.from(words);
}

/** Throws RangeError for a word that does not fit. */
export function putWords(target: Uint8Array, start: number, values: readonly unknown[], name: string): void {
  const words = new BigUint64Array(values.length);
  for (let i = 0; i < words.length; i++) {
    const value = values[i];
    if (typeof value === 'bigint') words[i] = value;
    if (words[i] !== value) words[i] = fitted('u64', value, `${name}[${i}]`) as bigint;
  }
  target.set(new Uint8Array(words.buffer), start);
}
