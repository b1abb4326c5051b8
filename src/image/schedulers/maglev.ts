// SPDX-License-Identifier: Apache-2.0
/**
 * mh, as net/netfilter/ipvs/ip_vs_mh.c fills its table (Maglev: NSDI 2016, section 3.4): the members take turns, each taking the
 * next free place of a permutation of its own, so that a member that comes or goes moves few others. A quiesced one keeps
 * the places of its last weight: its clients get nothing, or with mh-fallback go on.
 */
import { oneLevel, withoutMark } from './scheduler.js';
import type { TableCandidate } from './scheduler.js';
import { siphashWord } from './siphash.js';

const PLACES = 4093;
/** Weights are scaled down to this many bits. */
const TURN_BITS = 6;

const OFFSET_KEY = 2654435761n;
const SKIP_KEY = 2654446892n;

export const maglev = withoutMark((list) => (list.some(hasTurns) ? oneLevel(placesOf(list)) : []));

function hasTurns({ lastWeight }: TableCandidate): boolean {
  return lastWeight > 0;
}

function placesOf(list: readonly TableCandidate[]): number[] {
  const turns = turnsOf(list);
  const walks = list.map(({ endpoint }) => walkOf(endpoint));
  const places = new Array<number>(PLACES).fill(-1);
  for (let taken = 0; ;) {
    for (const [index, walk] of walks.entries()) {
      for (let turn = 0; turn < turns[index]!; turn++) {
        while (places[walk.place] !== -1) walk.place = (walk.place + walk.skip) % PLACES;
        places[walk.place] = index;
        if (++taken === PLACES) return places;
      }
    }
  }
}

interface Walk {
  place: number;
  readonly skip: number;
}

/** All places one after the other, since their number is prime. */
function walkOf(endpoint: number): Walk {
  return {
    place: siphashWord(endpoint, OFFSET_KEY) % PLACES,
    skip: (siphashWord(endpoint, SKIP_KEY) % (PLACES - 1)) + 1,
  };
}

/** Places that each member takes at a time: its weight over the divisor of all, scaled down; 0 without a weight, else at least 1. */
function turnsOf(list: readonly TableCandidate[]): number[] {
  const divisor = list.map(({ lastWeight }) => lastWeight).reduce(greatestCommonDivisor, 0);
  const largest = Math.max(...list.map(({ lastWeight }) => lastWeight)) / divisor;
  const scale = 2 ** Math.max(bitsIn(largest) - TURN_BITS, 0);
  return list.map(({ lastWeight }) => (lastWeight > 0 ? Math.max(Math.floor(lastWeight / divisor / scale), 1) : 0));
}

function bitsIn(number: number): number {
  return 32 - Math.clz32(number);
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
