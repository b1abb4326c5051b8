// SPDX-License-Identifier: Apache-2.0
/** The bit map by which the data plane knows at a glance that a packet is none of its own. bpf/concern.h reads it. */
import { CONCERN_WORDS, Family, REAL_SERVER_IN_USE, realServerCodec, serviceKeyCodec } from '../abi/generated.js';
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import { keyBytes } from './image.js';
import type { MarkRule } from '../model/types.js';
import type { Entries } from './image.js';

const BITS = CONCERN_WORDS * 64;
const ALL = Array.from({ length: CONCERN_WORDS }, () => 2n ** 64n - 1n);

/** Nothing concerns a director without services. */
export const NO_CONCERNS: readonly bigint[] = new Array<bigint>(CONCERN_WORDS).fill(0n);

const KEY = serviceKeyCodec.offsets;
const RECORD = realServerCodec.offsets;

/**
 * Bits of every virtual address that a service or a remembered real server has, of every real server's own, and, where there
 * are services of marks, of what rules mark. Nothing does of a family without any service, connections or not: IPVS lets go
 * of a family's path with its last service (ip_vs_unregister_hooks).
 */
export function concernsOf(
  services: readonly string[],
  records: Entries,
  marks: readonly MarkRule[] = [],
  previous: readonly bigint[] = NO_CONCERNS,
): readonly bigint[] {
  if (services.length === 0) return NO_CONCERNS;
  const bits = new Uint8Array(BITS);
  const families = new Set(services.map((text) => keyBytes(text)[KEY.family] === Family.FAMILY_IPV6));
  let hasMarks = false;
  for (const text of services) {
    const key = keyBytes(text);
    if (isMark(key)) hasMarks = true;
    else bits[bitOf(key, KEY.address, key[KEY.family] === Family.FAMILY_IPV6)] = 1;
  }
  let isMarkRemembered = false;
  for (const record of records.values()) {
    if ((record[RECORD.flags]! & REAL_SERVER_IN_USE) === 0) continue;
    const isIpv6 = record[RECORD.family] === Family.FAMILY_IPV6;
    if (families.has(isIpv6)) bits[bitOf(record, RECORD.address, isIpv6)] = 1;
    if (record[RECORD.protocol] === 0) {
      isMarkRemembered = true;
      continue;
    }
    // The virtual address may be of the other family than the real server's. Both families' hashes of an IPv4 one are the same.
    const isVirtualIpv6 = record.subarray(RECORD.virtualAddress + 4, RECORD.virtualAddress + 16).some(Boolean);
    if (families.has(isVirtualIpv6)) bits[bitOf(record, RECORD.virtualAddress, isVirtualIpv6)] = 1;
  }
  if (hasMarks && !addMarked(bits, marks)) return ALL;
  // Of connections that were opened for a mark only they themselves know the address: whatever it was, it goes on to concern.
  return isMarkRemembered ? join(wordsOf(bits), previous) : wordsOf(bits);
}

/** Networks up to this size are worth a bit for each address; of larger ones every packet is looked at. */
const LARGEST_NETWORK_BITS = 10;

/** False: any packet may be marked. */
function addMarked(bits: Uint8Array, marks: readonly MarkRule[]): boolean {
  for (const { destination } of marks) {
    if (!destination || destination.isInverted) return false;
    const { address, length } = destination.wanted;
    const hostBits = address.bytes.length * 8 - length;
    if (hostBits > LARGEST_NETWORK_BITS) return false;
    const bytes = new Uint8Array(16);
    bytes.set(address.bytes);
    const tail = new DataView(bytes.buffer, address.bytes.length - 4);
    const first = tail.getUint32(0);
    for (let host = 0; host < 2 ** hostBits; host++) {
      tail.setUint32(0, first + host);
      bits[bitOf(bytes, 0, address.family === 6)] = 1;
    }
  }
  return true;
}

/** What both concern. */
export function join(one: readonly bigint[], other: readonly bigint[]): bigint[] {
  return one.map((word, index) => word | (other[index] ?? 0n));
}

function isMark(key: Uint8Array): boolean {
  return key.subarray(KEY.mark, KEY.mark + 4).some((byte) => byte !== 0);
}

/** IPv6 addresses are folded to 32 bits; the upper half of the product chooses the bit. */
function bitOf(bytes: Uint8Array, start: number, isIpv6: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 16);
  let word = view.getUint32(0, IS_LITTLE_ENDIAN);
  if (isIpv6) for (const at of [4, 8, 12]) word ^= view.getUint32(at, IS_LITTLE_ENDIAN);
  return Math.imul(word, 0x9e3779b1) >>> 16;
}

function wordsOf(bits: Uint8Array): bigint[] {
  const words = new BigUint64Array(CONCERN_WORDS);
  bits.forEach((bit, index) => {
    if (bit) words[index >> 6]! |= 1n << BigInt(index & 63);
  });
  return [...words];
}
