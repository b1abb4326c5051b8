// SPDX-License-Identifier: Apache-2.0
/** Columns as wide as what stands in them; the first is text, the others figures. */

export type Line = readonly string[];

export function printTable(title: string, head: Line, lines: readonly Line[]): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  const print = (line: Line): string =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, print(head), rule, ...lines.map(print), ''].join('\n');
}

export function figure(value: number, digits = 1): string {
  return value.toFixed(digits);
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
