// SPDX-License-Identifier: Apache-2.0
import { Refusal } from './output.js';

const SHORTEST_S = 0.1;
const LONGEST_S = 3600;

/** Seconds. Throws Refusal. */
export function checkInterval(seconds: number): void {
  if (seconds >= SHORTEST_S && seconds <= LONGEST_S) return;
  throw new Refusal(`--interval is from ${SHORTEST_S} to ${LONGEST_S} seconds, not ${seconds}`);
}
