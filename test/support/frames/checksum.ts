// SPDX-License-Identifier: Apache-2.0
import type { Address } from '../../../src/model/types.js';

/** RFC 1071, the long way: every 16-bit word, an odd last byte as the high one. Parts but the last have even lengths. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const bytes of parts) for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** What TCP, UDP and ICMPv6 sum beside their own bytes (RFC 9293 section 3.1, RFC 8200 section 8.1). */
export function pseudoHeader(source: Address, destination: Address, protocol: number, length: number): Uint8Array {
  const tail = Buffer.alloc(source.family === 4 ? 4 : 8);
  if (source.family === 4) {
    tail[1] = protocol;
    tail.writeUInt16BE(length, 2);
  } else {
    tail.writeUInt32BE(length, 0);
    tail[7] = protocol;
  }
  return Buffer.concat([source.bytes, destination.bytes, tail]);
}
