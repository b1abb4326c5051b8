// SPDX-License-Identifier: Apache-2.0
/**
 * Room for lists in a flat array. A packet in flight may still read a list that was just replaced, so room is given only
 * where neither the image before nor the one being made has anything.
 */
import { CapacityExceeded } from './errors.js';
import type { Capacities } from './snapshot.js';

export interface Segment {
  readonly first: number;
  readonly count: number;
}

interface Gap {
  first: number;
  count: number;
}

export class Room {
  /** Found when room is first asked for: most commands need none of two of the three arrays. */
  #gaps: Gap[] | undefined;
  /** By length: no gap before this index has as much. Gaps only shrink, so it stays true. */
  readonly #firstFit = new Map<number, number>();

  constructor(
    readonly table: keyof Capacities,
    readonly capacity: number,
    private readonly taken: () => Segment[],
  ) {}

  /** The index where `count` entries may be written. */
  take(count: number): number {
    if (count === 0) return 0;
    const gaps = (this.#gaps ??= gapsBetween(this.taken(), this.capacity));
    let index = this.#firstFit.get(count) ?? 0;
    while (index < gaps.length && gaps[index]!.count < count) index++;
    this.#firstFit.set(count, index);

    const gap = gaps[index];
    if (!gap) throw new CapacityExceeded(this.table, this.capacity);
    const first = gap.first;
    gap.first += count;
    gap.count -= count;
    return first;
  }
}

function gapsBetween(taken: Segment[], capacity: number): Gap[] {
  const gaps: Gap[] = [];
  let end = 0;
  for (const { first, count } of taken.sort((a, b) => a.first - b.first)) {
    if (first > end) gaps.push({ first: end, count: first - end });
    end = Math.max(end, first + count);
  }
  if (end < capacity) gaps.push({ first: end, count: capacity - end });
  return gaps;
}
