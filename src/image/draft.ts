// SPDX-License-Identifier: Apache-2.0
import { ARRAYS } from './image.js';
import type { ArrayName, Image } from './image.js';

/** An image in the making. */
export interface Draft {
  readonly services: Map<string, Uint8Array>;
  readonly arrays: Readonly<Record<ArrayName, Map<number, Uint8Array>>>;
  settings: Uint8Array;
}

export function draftOf(image: Image): Draft {
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, new Map(image.arrays[name])]));
  return {
    services: new Map(image.services),
    arrays: arrays as Record<ArrayName, Map<number, Uint8Array>>,
    settings: image.settings,
  };
}
