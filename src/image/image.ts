// SPDX-License-Identifier: Apache-2.0
/** The control plane's maps as bytes: what `compile` makes, `decompile` reads and `diff` compares. */
import type { Entries } from './entries.js';

export const ARRAYS = [
  'members',
  'schedule_levels',
  'schedule_slots',
  'real_servers',
  'service_records',
  'server_records',
  'total_records',
  'mark_rules',
  'sync_daemons',
] as const;
export type ArrayName = (typeof ARRAYS)[number];

export interface Image {
  /** struct virtual_service, by the key that `keyText` makes of a struct service_key. */
  readonly services: ReadonlyMap<string, Uint8Array>;
  /** Number of a real server, by struct calling_server as `keyText` makes it a string. Follows from the rest. */
  readonly callingServers: ReadonlyMap<string, Uint8Array>;
  readonly arrays: Readonly<Record<ArrayName, Entries>>;
  readonly settings: Uint8Array;
}

/** Maps that nothing was written to yet but the settings. */
export function emptyImage(settings: Uint8Array): Image {
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, new Map<number, Uint8Array>()]));
  return { services: new Map(), callingServers: new Map(), arrays: arrays as unknown as Image['arrays'], settings };
}

/** Bytes as a string of one character each, so that they can key a Map. */
export function keyText({ buffer, byteOffset, length }: Uint8Array): string {
  if (latest?.buffer !== buffer) latest = Buffer.from(buffer);
  return latest.toString('latin1', byteOffset, byteOffset + length);
}

/** Keys of a map lie in one buffer, and all are read in a row. */
let latest: Buffer | undefined;

export function keyBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
