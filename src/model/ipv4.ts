// SPDX-License-Identifier: Apache-2.0

/** The largest last part, by how many parts stand before it: it fills the bytes that they leave. */
const LARGEST_LAST = [0xffffffff, 0xffffff, 0xffff, 0xff];

const PART = /^(0[xX][0-9a-fA-F]+|0[0-7]*(?![0-9])|[1-9][0-9]*)/;

/**
 * An IPv4 address as inet_aton(3) reads it: one to four parts, decimal, octal (0…) or hexadecimal (0x…); the last
 * fills what is left; anything may follow after white space. undefined: not an address.
 */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts: number[] = [];
  let rest = text;
  for (;;) {
    const digits = PART.exec(rest)?.[0];
    if (digits === undefined) return undefined;
    parts.push(partValue(digits));
    rest = rest.slice(digits.length);
    if (!rest.startsWith('.')) break;
    rest = rest.slice(1);
  }
  return rest === '' || /^[ \t\n\v\f\r]/.test(rest) ? join(parts) : undefined;
}

function partValue(digits: string): number {
  const isOctal = digits.startsWith('0') && !/^0[xX]/.test(digits);
  return isOctal ? parseInt(digits, 8) : Number(digits);
}

function join(parts: readonly number[]): Uint8Array | undefined {
  const before = parts.slice(0, -1);
  const last = parts.at(-1);
  const largest = LARGEST_LAST[before.length];
  if (last === undefined || largest === undefined || last > largest) return undefined;
  if (before.some((part) => part > 0xff)) return undefined;

  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, last);
  bytes.set(before);
  return bytes;
}
