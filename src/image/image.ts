// SPDX-License-Identifier: Apache-2.0
/** The control plane's maps as bytes: what `compile` makes, `decompile` reads and `diff` compares. */

import { IS_LITTLE_ENDIAN } from '../abi/codec.js';

export const ARRAYS = [
  'members',
  'schedule_levels',
  'schedule_slots',
  'real_servers',
  'service_records',
  'server_records',
  'mark_rules',
] as const;
export type ArrayName = (typeof ARRAYS)[number];

/** Entries by index. Only those that mean something: what else lies in an array is never read. */
export type Entries = ReadonlyMap<number, Uint8Array>;

export interface Image {
  /** struct virtual_service, by the key that `keyText` makes of a struct service_key. */
  readonly services: ReadonlyMap<string, Uint8Array>;
  readonly arrays: Readonly<Record<ArrayName, Entries>>;
  readonly settings: Uint8Array;
}

/** Maps that nothing was written to yet but the settings. */
export function emptyImage(settings: Uint8Array): Image {
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, new Map<number, Uint8Array>()]));
  return { services: new Map(), arrays: arrays as unknown as Image['arrays'], settings };
}

/** Bytes as a string of one character each, so that they can key a Map. */
export function keyText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export function keyBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The u32 at an offset of an entry, where decoding all of tens of thousands would cost too much. */
export function numberAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, IS_LITTLE_ENDIAN);
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
