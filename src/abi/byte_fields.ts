// SPDX-License-Identifier: Apache-2.0
/** Fields that are just bytes. */

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
