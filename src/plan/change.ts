// SPDX-License-Identifier: Apache-2.0
import type { MapName } from '../abi/generated.js';

export interface Setting {
  readonly kind: 'set';
  readonly map: MapName;
  readonly key: number | Uint8Array;
  readonly value: Uint8Array;
}

/** One write to one map: atomic for whoever reads the entry. The key of an array is its index. */
export type Change = Setting | { readonly kind: 'delete'; readonly map: MapName; readonly key: Uint8Array };
