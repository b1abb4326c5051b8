// SPDX-License-Identifier: Apache-2.0
/** Addresses with ports as texts, and what persistence masks of them. */
import { formatAddress, parseAddress } from '../../../src/model/address.js';
import type { Persistence } from '../../../src/model/types.js';
import { endpoint } from '../../support/frames/addresses.js';

export { endpoint };

export function joined(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What is left of a client's address. */
export function masked(address: string, { mask }: Persistence): string {
  const { family, bytes } = parseAddress(address)!;
  const left = bytes.map((byte, index) => byte & maskByte(family === 4 ? mask : prefixed(mask), index));
  return formatAddress({ family, bytes: left });
}

/** A netmask as 32 bits, or the bytes of a prefix. */
function maskByte(mask: number | readonly number[], index: number): number {
  return typeof mask === 'number' ? (mask >>> (24 - 8 * index)) & 255 : mask[index]!;
}

function prefixed(length: number): number[] {
  return Array.from({ length: 16 }, (_, index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - 8 * index))));
}
