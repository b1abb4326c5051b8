// SPDX-License-Identifier: Apache-2.0
/**
 * wrr, pick for pick as net/netfilter/ipvs/ip_vs_wrr.c. A pass goes down the list and picks each member whose weight is at
 * least `cw`; then cw falls by the weights' greatest common divisor, and below 1 it starts again from the top. So cw goes
 * over (steps-1)*divisor+1, ..., divisor+1, 1, and the members picked change only where cw crosses one's weight: that is
 * why a cycle of billions of picks takes no more levels than there are different weights, and one.
 */
import { cycleOf, isUsable, picksIn } from './scheduler.js';
import type { Candidate, Level, Mark, Scheduler } from './scheduler.js';

export const weightedRoundRobin: Scheduler = {
  start: (list) => atTheHead(largestDemand(scaleOf(list))),

  advance(list, mark, picks) {
    const scale = scaleOf(list);
    const levels = allPasses(list, scale);
    const cycle = cycleOf(levels);
    if (picks === 0n || cycle === 0) return mark;
    const last = BigInt(positionOf(levels, scale, mark)) + picks - 1n;
    return markAfter(levels, Number(last % BigInt(cycle)), scale.divisor);
  },

  change(mark, before, after) {
    const known = new Map(before.map((candidate) => [candidate.realServer, candidate]));
    const added = after.findIndex((candidate) => known.has(candidate.realServer));
    const firstOld = added === -1 ? after.length : added;
    const old = after.slice(firstOld);

    // What is new stands first and came one by one, the last of them first; before that, whatever else was done.
    let scale = scaleOf(old);
    let weight = mark.currentWeight;
    if (firstOld === 0 || !isSameList(old, before)) weight = adjusted(weight, scale);
    for (const candidate of after.slice(0, firstOld).reverse()) {
      scale = withOneMore(scale, candidate);
      weight = adjusted(weight, scale);
    }
    return atTheHead(weight);
  },

  // Any command that touches a member sends the pass back to the head of the list.
  isUnaffected: () => false,

  levels: (list) => allPasses(list, scaleOf(list)),

  position(list, mark) {
    const scale = scaleOf(list);
    return positionOf(allPasses(list, scale), scale, mark);
  },
};

interface Scale {
  /** Greatest common divisor of the weights above 0; 1 without any. */
  readonly divisor: number;
  readonly largest: number;
}

const EMPTY: Scale = { divisor: 1, largest: 0 };

function scaleOf(list: readonly Candidate[]): Scale {
  return list.reduce(withOneMore, EMPTY);
}

function withOneMore(scale: Scale, { weight }: Candidate): Scale {
  if (weight <= 0) return scale;
  if (scale.largest === 0) return { divisor: weight, largest: weight };
  return { divisor: greatestCommonDivisor(scale.divisor, weight), largest: Math.max(scale.largest, weight) };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** The kernel's `mw`: what the first pass of a cycle asks for; 0 if there is nothing to pick. */
function largestDemand({ divisor, largest }: Scale): number {
  return largest - (divisor - 1);
}

/** What becomes of the weight asked for when the members are not what they were. */
function adjusted(weight: number, scale: Scale): number {
  const largest = largestDemand(scale);
  if (weight > largest || weight === 0) return largest;
  if (scale.divisor === 1) return weight;
  return Math.floor(weight / scale.divisor) * scale.divisor + 1;
}

function atTheHead(currentWeight: number): Mark {
  return { pointer: 0, currentWeight };
}

interface Passes extends Level {
  /** What the first of them asks for; the next ones ask for `divisor` less each. */
  readonly demand: number;
}

/** From the largest weight down: one level for each different weight. */
function allPasses(list: readonly Candidate[], { divisor }: Scale): Passes[] {
  const weights = [...new Set(list.filter(isUsable).map((candidate) => candidate.weight))].sort((a, b) => b - a);
  return weights.map((weight, index) => ({
    candidates: list.flatMap((candidate, place) => (candidate.weight >= weight ? [place] : [])),
    rounds: (weight - (weights[index + 1] ?? 0)) / divisor,
    demand: weight - (divisor - 1),
  }));
}

/** Where the pass begins that asks for the mark's weight. */
function positionOf(levels: readonly Passes[], { divisor }: Scale, { currentWeight }: Mark): number {
  let before = 0;
  for (const level of levels) {
    const round = (level.demand - currentWeight) / divisor;
    if (round < level.rounds) return before + round * level.candidates.length;
    before += picksIn(level);
  }
  return 0;
}

/** The mark that the pick at `position` leaves. */
function markAfter(levels: readonly Passes[], position: number, divisor: number): Mark {
  let before = 0;
  for (const level of levels) {
    const picks = picksIn(level);
    if (position < before + picks) {
      const round = Math.floor((position - before) / level.candidates.length);
      const pointer = level.candidates[(position - before) % level.candidates.length]! + 1;
      return { pointer, currentWeight: level.demand - round * divisor };
    }
    before += picks;
  }
  throw new RangeError(`position ${position} is beyond the cycle`);
}

function isSameList(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((candidate, index) => {
    const other = b[index]!;
    return candidate.realServer === other.realServer && candidate.weight === other.weight;
  });
}
