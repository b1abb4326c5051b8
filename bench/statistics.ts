// SPDX-License-Identifier: Apache-2.0
/** What is said of a row after its repetitions. */

export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no median of nothing');
  return (low + high) / 2;
}

export interface Summary {
  readonly minimum: number;
  readonly median: number;
}

/**
 * gross[i] and empty[i] are of the same repetition, `cheapest` is the least of all runs that cost the same when empty. The
 * minimum is what undisturbed runs cost.
 */
export function netOf(gross: readonly number[], empty: readonly number[], cheapest: number): Summary {
  return {
    minimum: minimum(gross) - cheapest,
    median: median(gross.map((value, index) => value - (empty[index] ?? 0))),
  };
}
