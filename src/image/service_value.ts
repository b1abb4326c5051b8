// SPDX-License-Identifier: Apache-2.0
import { virtualServiceCodec } from '../abi/generated.js';
import type { VirtualService } from '../abi/generated.js';
import { numberAt } from './entries.js';

/** An image's values are never written to, and each is asked for several times in a command. */
const known = new WeakMap<Uint8Array, VirtualService>();

/** A service's value, decoded once. */
export function valueOf(bytes: Uint8Array): VirtualService {
  const value = known.get(bytes) ?? virtualServiceCodec.decode(bytes);
  known.set(bytes, value);
  return value;
}

/** The service's number alone: of ten thousand values no more is asked. */
export function numberIn(bytes: Uint8Array): number {
  return numberAt(bytes, virtualServiceCodec.offsets.number);
}
