// SPDX-License-Identifier: Apache-2.0
/** The bit map by which the data plane knows at a glance that a packet is none of its own. bpf/concern.h reads it. */
import { CONCERN_WORDS, Family, REAL_SERVER_IN_USE, realServerCodec, serviceKeyCodec } from '../abi/generated.js';
import { numberAt } from './entries.js';
import { keyBytes } from './image.js';
import type { MarkRule } from '../model/types.js';

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
  services: Iterable<string>,
  records: Iterable<Uint8Array>,
  marks: readonly MarkRule[] = [],
  previous: readonly bigint[] = NO_CONCERNS,
  ofFamilies?: ReadonlySet<number>,
): readonly bigint[] {
  const keys = [...services];
  if (keys.length === 0) return NO_CONCERNS;
  const families = ofFamilies ?? familiesOf(keys);
  const bits = new Uint8Array(BITS);
  let hasMarks = false;
  for (const text of keys) {
    const key = keyBytes(text);
    if (isMark(key)) hasMarks = true;
    else bits[bitOf(key, KEY.address, key[KEY.family] === Family.FAMILY_IPV6)] = 1;
  }
  let isMarkRemembered = false;
  for (const record of records) {
    if ((record[RECORD.flags]! & REAL_SERVER_IN_USE) === 0) continue;
    const isIpv6 = record[RECORD.family] === Family.FAMILY_IPV6;
    if (families.has(record[RECORD.family]!)) bits[bitOf(record, RECORD.address, isIpv6)] = 1;
    if (record[RECORD.protocol] === 0) {
      isMarkRemembered = true;
      continue;
    }
    // The virtual address may be of the other family than the real server's. Both families' hashes of an IPv4 one are the same.
    const isVirtualIpv6 = record.subarray(RECORD.virtualAddress + 4, RECORD.virtualAddress + 16).some(Boolean);
    const virtualFamily = isVirtualIpv6 ? Family.FAMILY_IPV6 : Family.FAMILY_IPV4;
    if (families.has(virtualFamily)) bits[bitOf(record, RECORD.virtualAddress, isVirtualIpv6)] = 1;
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

/** Families that have a service. `services`: by key. */
export function familiesOf(services: Iterable<string>): ReadonlySet<number> {
  const families = new Set<number>();
  for (const key of services) families.add(key.charCodeAt(KEY.family));
  return families;
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
  let word = numberAt(bytes, start);
  if (isIpv6) word ^= numberAt(bytes, start + 4) ^ numberAt(bytes, start + 8) ^ numberAt(bytes, start + 12);
  return Math.imul(word, 0x9e3779b1) >>> 16;
}

function wordsOf(bits: Uint8Array): bigint[] {
  const words = new BigUint64Array(CONCERN_WORDS);
  bits.forEach((bit, index) => {
    if (bit) words[index >> 6]! |= 1n << BigInt(index & 63);
  });
  return [...words];
}
