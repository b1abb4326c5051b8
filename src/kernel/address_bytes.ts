// SPDX-License-Identifier: Apache-2.0
/** Addresses as the kernel's tools print them -> bytes in network order. */

export function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
}

export function ipv4Bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

/** RFC 4291, with `::` and a dotted tail. */
export function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return Uint8Array.from([...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text
    .split(':')
    .filter(Boolean)
    .flatMap((group) => (group.includes('.') ? dottedGroups(group) : [Number.parseInt(group, 16)]));
}

function dottedGroups(text: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4Bytes(text);
  return [(a << 8) | b, (c << 8) | d];
}
