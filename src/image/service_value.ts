// SPDX-License-Identifier: Apache-2.0
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import { virtualServiceCodec } from '../abi/generated.js';
import type { VirtualService } from '../abi/generated.js';
import { viewOf } from '../abi/view.js';
import { numberAt } from './entries.js';

/** An image's values are never written to, and each is asked for several times in a command. */
const known = new WeakMap<Uint8Array, VirtualService>();

/** A service's value, decoded once. */
export function valueOf(bytes: Uint8Array): VirtualService {
  const value = known.get(bytes) ?? virtualServiceCodec.decode(bytes);
  known.set(bytes, value);
  return value;
}

/** The service's SERVICE_* alone: of ten thousand values no more is asked. */
export function flagsIn(bytes: Uint8Array): number {
  return viewOf(bytes).getUint16(bytes.byteOffset + virtualServiceCodec.offsets.flags, IS_LITTLE_ENDIAN);
}

/** Its number alone, likewise. */
export function numberIn(bytes: Uint8Array): number {
  return numberAt(bytes, virtualServiceCodec.offsets.number);
}
