// SPDX-License-Identifier: Apache-2.0
/** What the pages that came back tell of the scheduler. */

export function alternate(pages: readonly string[]): boolean {
  return pages.length === 10 && new Set(pages).size === 2 && pages.every((page, i) => i === 0 || page !== pages[i - 1]);
}

/** Any three in a row hold the heavier server twice and the other once. */
export function splitTwoToOne(pages: readonly string[], heavier: string): boolean {
  const windows = pages.slice(2).map((_, i) => pages.slice(i, i + 3));
  return pages.length === 10 && windows.every((three) => three.filter((page) => page.startsWith(heavier)).length === 2);
}
