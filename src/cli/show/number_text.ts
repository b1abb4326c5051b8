// SPDX-License-Identifier: Apache-2.0

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Numbers up to 9999 whole, larger ones in three digits: 9999, 12.3k, 456M. */
export function shortNumber(value: number | bigint): string {
  let rest = Number(value);
  if (rest < 10_000) return String(Math.round(rest));
  let place = 0;
  // 999.5k would be written as 1000k.
  for (; rest >= 999.5 && place < SUFFIXES.length - 1; place++) rest /= 1000;
  return `${rest.toPrecision(3)}${SUFFIXES[place]}`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Number(((100 * part) / whole).toFixed(1))} %`;
}
