// SPDX-License-Identifier: Apache-2.0
/**
 * What becomes of a real server's overload when its thresholds change. The data plane decides at all other times, see
 * bpf/overload.h.
 */
import { OVERLOADED } from '../abi/generated.js';
import type { RealServer as Fields } from '../abi/generated.js';
import type { RealServer } from '../model/types.js';
import type { Load } from './snapshot.js';

type Thresholds = Pick<RealServer, 'upperThreshold' | 'lowerThreshold'>;

/** What the load of a real server says of overload when it has none, since its thresholds changed last. */
export function calmOf(overload: number): number {
  return (overload & ~OVERLOADED) >>> 0;
}

/** `before`: its record until now; `noted`: what the data plane noted of it. */
export function overloadOf(server: Thresholds, before: Fields | undefined, load: Load, noted: number): number {
  if (!before) return hasThresholds(server) ? nextCalm(0) : 0;
  if (isSame(server, before)) return before.overload;
  const isOverloaded = (known(before.overload, noted) & OVERLOADED) !== 0;
  return nextCalm(before.overload) | (willBe(isOverloaded, server, load.active + load.inactive) ? OVERLOADED : 0);
}

function nextCalm(overload: number): number {
  return (calmOf(overload) + 2) >>> 0;
}

/** What was noted since the thresholds changed last, else what was decided then. */
function known(decided: number, noted: number): number {
  return calmOf(noted) === calmOf(decided) ? noted : decided;
}

/** As IPVS decides when a real server is edited. */
function willBe(isOverloaded: boolean, { upperThreshold, lowerThreshold }: Thresholds, connections: number): boolean {
  if (upperThreshold > 0 && connections >= upperThreshold) return true;
  const isRelieved = lowerThreshold > 0 ? connections < lowerThreshold : connections * 4 < upperThreshold * 3;
  return isOverloaded && upperThreshold > 0 && !isRelieved;
}

function hasThresholds({ upperThreshold, lowerThreshold }: Thresholds): boolean {
  return upperThreshold > 0 || lowerThreshold > 0;
}

function isSame(a: Thresholds, b: Thresholds): boolean {
  return a.upperThreshold === b.upperThreshold && a.lowerThreshold === b.lowerThreshold;
}
