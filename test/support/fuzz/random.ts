// SPDX-License-Identifier: Apache-2.0
/** Numbers that a seed decides (splitmix32), so that a failure can be played again. */
export class Random {
  #state: number;

  /** Each index of a seed is a sequence of its own. */
  constructor(seed: number, index = 0) {
    this.#state = (Math.imul(seed, 0x85ebca6b) ^ Math.imul(index + 1, 0x9e3779b1)) | 0;
  }

  /** 0 to below. */
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let word = this.#state ^ (this.#state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return ((word ^ (word >>> 15)) >>> 0) % limit;
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}
