// SPDX-License-Identifier: Apache-2.0

/** From `from` on a count is shown in `unit`s. */
const SCALES = [
  { from: 10n ** 14n, unit: 10n ** 12n, suffix: 'T' },
  { from: 10n ** 11n, unit: 10n ** 9n, suffix: 'G' },
  { from: 10n ** 9n, unit: 10n ** 6n, suffix: 'M' },
  { from: 10n ** 8n, unit: 10n ** 3n, suffix: 'K' },
] as const;

/** A column of nine, its last perhaps a suffix. */
export function shortCount(count: bigint): string {
  const scale = SCALES.find(({ from }) => count >= from);
  return scale ? `${count / scale.unit}${scale.suffix}`.padStart(9) : exactCount(count);
}

/** A space, then a column of eight that may overflow. */
export function exactCount(count: bigint): string {
  return ` ${String(count).padStart(8)}`;
}
