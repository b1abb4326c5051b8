// SPDX-License-Identifier: Apache-2.0
import type { Address } from '../model/types.js';
import { familyOf } from './words.js';

const ADDRESS_SIZE = 16;

export function addressBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_SIZE);
  bytes.set(address.bytes);
  return bytes;
}

export function addressOf(bytes: Uint8Array, family: number): Address {
  const known = familyOf(family);
  return { family: known, bytes: Uint8Array.from(bytes.subarray(0, known === 4 ? 4 : ADDRESS_SIZE)) };
}
