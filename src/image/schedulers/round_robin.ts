// SPDX-License-Identifier: Apache-2.0
/**
 * rr, pick for pick as net/netfilter/ipvs/ip_vs_rr.c: a pointer stays on the member picked last, and the next usable one
 * after it comes next. New members are put before all others, so they wait for the pointer to come round.
 */
import { HEAD, isUsable, oneLevel, usableIn } from './scheduler.js';
import type { Candidate, Scheduler } from './scheduler.js';

export const roundRobin: Scheduler = {
  start: () => HEAD,

  advance(list, mark, picks) {
    const order = usableAfter(list, mark.pointer);
    if (picks === 0n || order.length === 0) return mark;
    const last = order[Number((picks - 1n) % BigInt(order.length))]!;
    return { ...mark, pointer: last + 1 };
  },

  change: (mark, before, after) => ({ ...mark, pointer: survivingPointer(mark.pointer, before, after) }),

  isUnaffected: (before, after) =>
    before.length === after.length && before.every((candidate, index) => isSamePick(candidate, after[index]!)),

  levels: (list, mark) => oneLevel(usableAfter(list, mark.pointer)),

  position: () => 0,
};

/** Indices of the usable candidates, beginning after the pointer and going round. */
function usableAfter(list: readonly Candidate[], pointer: number): number[] {
  const usable = usableIn(list);
  const ahead = usable.filter((index) => index >= pointer);
  return [...ahead, ...usable.filter((index) => index < pointer)];
}

/** A pointer whose member was deleted goes back to the one before it, and so on to the head. */
function survivingPointer(pointer: number, before: readonly Candidate[], after: readonly Candidate[]): number {
  const place = new Map(after.map((candidate, index) => [candidate.realServer, index]));
  for (let index = pointer - 1; index >= 0; index--) {
    const survivor = place.get(before[index]!.realServer);
    if (survivor !== undefined) return survivor + 1;
  }
  return 0;
}

function isSamePick(a: Candidate, b: Candidate): boolean {
  return a.realServer === b.realServer && isUsable(a) === isUsable(b);
}
