// SPDX-License-Identifier: Apache-2.0
/**
 * sh, as net/netfilter/ipvs/ip_vs_sh.c fills its table: each member in turn gets as many places as its weight says, a quiesced
 * one a single one (whose clients get nothing, unless sh-fallback says to go on).
 */
import { oneLevel, withoutMark } from './scheduler.js';
import type { Candidate } from './scheduler.js';

const PLACES = 256;

export const sourceHash = withoutMark((list) => (list.length === 0 ? [] : oneLevel(placesOf(list))));

function placesOf(list: readonly Candidate[]): number[] {
  const places: number[] = [];
  for (let index = 0; places.length < PLACES; index = (index + 1) % list.length) {
    const share = Math.min(Math.max(list[index]!.weight, 1), PLACES - places.length);
    for (let count = 0; count < share; count++) places.push(index);
  }
  return places;
}
