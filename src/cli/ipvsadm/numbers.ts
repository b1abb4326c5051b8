// SPDX-License-Identifier: Apache-2.0

export const MAX_TIMEOUT_S = 31 * 24 * 60 * 60;
export const MAX_INT = 2147483647;

/** A whole text as strtol(3) reads it in base ten: white space and a sign may come first. undefined: not so, or outside. */
export function parseInteger(text: string, smallest: number, largest: number): number | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text) + 0;
  return value >= smallest && value <= largest ? value : undefined;
}

/** The number that a text begins with as atoi(3) reads it, 0 if none. */
export function leadingInteger(text: string): number {
  const digits = /^[ \t\n\v\f\r]*[+-]?\d+/.exec(text)?.[0];
  return digits === undefined ? 0 : Number(digits);
}
