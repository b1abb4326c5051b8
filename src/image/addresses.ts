// SPDX-License-Identifier: Apache-2.0
import type { Address, Family, RealServer } from '../model/types.js';
import { familyOf } from './words.js';

const ADDRESS_SIZE = 16;

export function addressBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_SIZE);
  bytes.set(address.bytes);
  return bytes;
}

export function addressOf(bytes: Uint8Array, family: number): Address {
  const known = familyOf(family);
  return { family: known, bytes: bytes.slice(0, known === 4 ? 4 : ADDRESS_SIZE) };
}

/** Address and port as one 32-bit number. A service of IPv4 sees no more than four bytes of any address. */
export function endpointSum({ address, port }: Pick<RealServer, 'address' | 'port'>, family: Family): number {
  const view = new DataView(addressBytes(address).buffer);
  const words = family === 4 ? [0] : [0, 4, 8, 12];
  const folded = words.reduce((sum, offset) => sum ^ view.getUint32(offset), 0);
  return (folded + port) >>> 0;
}
