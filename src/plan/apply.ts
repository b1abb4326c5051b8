// SPDX-License-Identifier: Apache-2.0
import type { MapName } from '../abi/generated.js';
import type { Change } from './change.js';

export interface MapWriter {
  set(map: MapName, key: number | Uint8Array, value: Uint8Array): void;
  delete(map: MapName, key: Uint8Array): void;
}

/** Makes the changes one after the other; what throws stops it there, which the order of a plan allows. */
export function apply(changes: Iterable<Change>, writer: MapWriter): void {
  for (const change of changes) {
    if (change.kind === 'set') writer.set(change.map, change.key, change.value);
    else writer.delete(change.map, change.key);
  }
}
