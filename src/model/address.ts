// SPDX-License-Identifier: Apache-2.0
/** Addresses between text and bytes, as the C library reads and prints them, and what IPVS thinks of them. */
import { formatIpv6, parseIpv6 } from './ipv6.js';
import { parseIpv4 } from './ipv4.js';
import type { Address } from './types.js';

export { parseIpv4 } from './ipv4.js';
export { formatIpv6, parseIpv6 } from './ipv6.js';

/** Either family; undefined: not an address. */
export function parseAddress(text: string): Address | undefined {
  const ipv6 = parseIpv6(text);
  if (ipv6) return { family: 6, bytes: ipv6 };
  const ipv4 = parseIpv4(text);
  return ipv4 && { family: 4, bytes: ipv4 };
}

export function formatAddress({ family, bytes }: Address): string {
  return family === 4 ? `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}` : formatIpv6(bytes);
}

export function sameAddress(a: Address, b: Address): boolean {
  if (a.family !== b.family) return false;
  // Addresses of one service differ at their ends.
  for (let i = a.bytes.length - 1; i >= 0; i--) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

/**
 * May a real server have this address? As ip_vs_new_dest asks (net/netfilter/ipvs/ip_vs_ctl.c), but for broadcast
 * addresses of the director's own networks, which only its routing table knows.
 */
export function isUnicast({ family, bytes }: Address): boolean {
  return family === 4 ? isUnicastIpv4(bytes) : isUnicastIpv6(bytes);
}

function isUnicastIpv4(bytes: Uint8Array): boolean {
  const isMulticast = byte(bytes, 0) >> 4 === 0xe;
  return !isMulticast && !isAll(bytes, 0) && !isAll(bytes, 255);
}

function isUnicastIpv6(bytes: Uint8Array): boolean {
  const isMulticast = byte(bytes, 0) === 0xff;
  const isLinkLocal = byte(bytes, 0) === 0xfe && byte(bytes, 1) >> 6 === 0b10;
  const isMapped = isAll(bytes.subarray(0, 10), 0) && isAll(bytes.subarray(10, 12), 0xff);
  return !isMulticast && !isLinkLocal && !isMapped && !isAll(bytes, 0);
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function isAll(bytes: Uint8Array, value: number): boolean {
  return bytes.every((each) => each === value);
}
