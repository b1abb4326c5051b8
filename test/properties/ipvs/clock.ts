// SPDX-License-Identifier: Apache-2.0
/** Time goes by, and can be made to go by faster. */
export class Clock {
  #ahead = 0;

  /** Seconds since some moment. */
  get now(): number {
    return performance.now() / 1000 + this.#ahead;
  }

  pass(seconds: number): void {
    this.#ahead += seconds;
  }
}
