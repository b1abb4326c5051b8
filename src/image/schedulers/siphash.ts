// SPDX-License-Identifier: Apache-2.0
/** SipHash-1-3 (Aumasson, Bernstein) of one 32-bit word, the low half of it; both words of the key are `key`. As bpf/schedulers/siphash.h. */

const MASK = 0xffff_ffff_ffff_ffffn;
const WORD_SIZE = 4n;

type State = [a: bigint, b: bigint, c: bigint, d: bigint];

export function siphashWord(word: number, key: bigint): number {
  const block = (WORD_SIZE << 56n) | BigInt(word);
  let [a, b, c, d]: State = [
    key ^ 0x736f6d6570736575n,
    key ^ 0x646f72616e646f6dn,
    key ^ 0x6c7967656e657261n,
    key ^ 0x7465646279746573n,
  ];
  [a, b, c, d] = round([a, b, c, d ^ block]);
  [a, b, c, d] = round(round(round([a ^ block, b, c ^ 0xffn, d])));
  return Number((a ^ b ^ c ^ d) & 0xffff_ffffn);
}

function round([a, b, c, d]: State): State {
  a = (a + b) & MASK;
  c = (c + d) & MASK;
  b = rotated(b, 13n) ^ a;
  d = rotated(d, 16n) ^ c;
  a = rotated(a, 32n);
  c = (c + b) & MASK;
  a = (a + d) & MASK;
  b = rotated(b, 17n) ^ c;
  d = rotated(d, 21n) ^ a;
  c = rotated(c, 32n);
  return [a, b, c, d];
}

function rotated(word: bigint, bits: bigint): bigint {
  return ((word << bits) & MASK) | (word >> (64n - bits));
}
