// SPDX-License-Identifier: Apache-2.0
import { CapacityExceeded } from './errors.js';
import type { Capacities } from './snapshot.js';

/** Gives out the lowest number that `isTaken` denies, each once. */
export class LowestFree {
  constructor(
    readonly table: keyof Capacities,
    readonly capacity: number,
    readonly isTaken: (number: number) => boolean,
    /** All below are taken. */
    private next = 0,
  ) {}

  /** A number is free again. */
  free(number: number): void {
    this.next = Math.min(this.next, number);
  }

  take(): number {
    while (this.next < this.capacity && this.isTaken(this.next)) this.next++;
    if (this.next >= this.capacity) throw new CapacityExceeded(this.table, this.capacity);
    return this.next++;
  }
}
