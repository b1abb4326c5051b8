// SPDX-License-Identifier: Apache-2.0
/** When packets begin to be dropped, and when that is over: what goes on is not told again and again. */
import type { Outcome } from '../../observe/outcomes.js';
import { OUTCOMES } from '../../observe/outcomes.js';

export interface DropEvent {
  readonly what: 'drops';
  readonly outcome: Outcome;
  readonly hasBegun: boolean;
  /** Since it began. */
  readonly packets: bigint;
}

export class Drops {
  /** Packets when it began, by outcome. */
  readonly #begun = new Map<Outcome, bigint>();

  /** Both by number in enum outcome. */
  next(before: readonly bigint[], after: readonly bigint[]): DropEvent[] {
    return OUTCOMES.filter(({ action }) => action === 'drop').flatMap((outcome) => {
      const [then, now] = [before[outcome.number] ?? 0n, after[outcome.number] ?? 0n];
      return this.#step(outcome, then, now) ?? [];
    });
  }

  /** Counters of a director that was made anew are less than those of the one before. */
  #step(outcome: Outcome, then: bigint, now: bigint): DropEvent | undefined {
    const since = this.#begun.get(outcome);
    if (now > then && since === undefined) {
      this.#begun.set(outcome, then);
      return { what: 'drops', outcome, hasBegun: true, packets: now - then };
    }
    if (now > then || since === undefined) return undefined;
    this.#begun.delete(outcome);
    return { what: 'drops', outcome, hasBegun: false, packets: now < since ? 0n : now - since };
  }
}
