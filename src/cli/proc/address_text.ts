// SPDX-License-Identifier: Apache-2.0
/** Addresses and ports as the kernel prints them under /proc/net. */
import type { Address } from '../../model/types.js';

/** IPv4 as one hexadecimal number; IPv6 in eight groups, none left out. */
export function hexAddress({ family, bytes }: Address): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return family === 4 ? digits.toUpperCase() : (digits.match(/.{4}/g) ?? []).join(':');
}

export function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

export function hex32(value: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
