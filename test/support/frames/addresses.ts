// SPDX-License-Identifier: Apache-2.0
import { parseAddress } from '../../../src/model/address.js';
import type { Address } from '../../../src/model/types.js';

/** Tests name the same few thousands of times. */
const known = new Map<string, Address>();

export function address(text: string): Address {
  const cached = known.get(text);
  if (cached) return cached;
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  known.set(text, parsed);
  return parsed;
}

/** `192.0.2.1:80` or `[2001:db8::1]:80`. */
export function endpoint(text: string): { address: string; port: number } {
  const match = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text);
  if (!match?.[1]) throw new Error(`not an address and a port: ${text}`);
  return { address: match[1], port: Number(match[2]) };
}

/** `02:00:00:00:01:02` */
export function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), (byte) => parseInt(byte, 16));
}

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
