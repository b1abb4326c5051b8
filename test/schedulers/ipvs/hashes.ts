// SPDX-License-Identifier: Apache-2.0
/** The two hashes of IPVS's schedulers, in the plainest way. */

/** hash_32 of linux/hash.h: the top bits of a product. */
export function hash32(value: number, bits: number): number {
  return Math.imul(value, 0x61c88647) >>> (32 - bits);
}

/** The low 32 bits of SipHash-1-3 of four bytes, with both words of the key equal. */
export function siphash13(value: number, key: number): number {
  const state = BigUint64Array.from(
    ['736f6d6570736575', '646f72616e646f6d', '6c7967656e657261', '7465646279746573'].map(
      (constant) => BigInt(`0x${constant}`) ^ BigInt(key),
    ),
  );
  const message = (4n << 56n) + BigInt(value);
  state[3]! ^= message;
  sipRound(state);
  state[0]! ^= message;
  state[2]! ^= 0xffn;
  for (let round = 0; round < 3; round++) sipRound(state);
  return Number(
    BigInt.asUintN(
      32,
      state.reduce((sum, word) => sum ^ word),
    ),
  );
}

function sipRound(v: BigUint64Array): void {
  mix(v, 0, 1, 13);
  mix(v, 2, 3, 16);
  v[0] = rotate(v[0]!, 32);
  mix(v, 2, 1, 17);
  mix(v, 0, 3, 21);
  v[2] = rotate(v[2]!, 32);
}

function mix(v: BigUint64Array, to: number, from: number, bits: number): void {
  v[to]! += v[from]!;
  v[from] = rotate(v[from]!, bits) ^ v[to]!;
}

function rotate(word: bigint, bits: number): bigint {
  return BigInt.asUintN(64, word << BigInt(bits)) | (word >> BigInt(64 - bits));
}
