// SPDX-License-Identifier: Apache-2.0
import { scheduleLevelCodec } from '../abi/generated.js';

/** Indices of the slots that a level goes round. */
export function* levelSlots(level: Uint8Array): Iterable<number> {
  const { firstSlot, slotCount } = scheduleLevelCodec.decode(level);
  for (let slot = firstSlot; slot < firstSlot + slotCount; slot++) yield slot;
}
