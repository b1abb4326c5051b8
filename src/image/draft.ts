// SPDX-License-Identifier: Apache-2.0
import { Overlay } from './entries.js';
import { ARRAYS } from './image.js';
import type { ArrayName, Image } from './image.js';

/** An image in the making: changes over the one before. */
export interface Draft {
  readonly services: Map<string, Uint8Array>;
  callingServers: ReadonlyMap<string, Uint8Array>;
  readonly arrays: Readonly<Record<ArrayName, Overlay>>;
  settings: Uint8Array;
}

export function draftOf(image: Image): Draft {
  const arrays = Object.fromEntries(ARRAYS.map((name) => [name, new Overlay(image.arrays[name])]));
  return {
    services: new Map(image.services),
    callingServers: image.callingServers,
    arrays: arrays as Record<ArrayName, Overlay>,
    settings: image.settings,
  };
}
