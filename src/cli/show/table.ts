// SPDX-License-Identifier: Apache-2.0
/** Tables that fit the terminal: columns go, in the order that they say, before anything is cut. */

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** To the right, as numbers are. */
  readonly right?: boolean;
  /** Where room is short the column with the lowest goes first. None: it stays. */
  readonly rank?: number;
}

const GAP = '  ';
/** No column is cut to less than this. */
const NARROWEST = 8;

interface Laid<Row> {
  readonly column: Column<Row>;
  readonly width: number;
  readonly isCut: boolean;
}

/** Lines, the titles first. `width` is the terminal's; undefined: there is none, and nothing is left out. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width?: number): string[] {
  const laid = layOut(columns, rows, width);
  return [headingOf(laid), ...rows.map((row) => rowOf(laid, row))];
}

/** Widths for rows of which only some are known yet: later ones may be wider. */
export function layOut<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = Infinity,
): readonly Laid<Row>[] {
  const laid = columns.map((column) => ({ column, width: widest(column, rows), isCut: false }));
  return cut(leaveOut(laid, width), width);
}

export function headingOf<Row>(laid: readonly Laid<Row>[]): string {
  return line(laid, ({ title }) => title);
}

export function rowOf<Row>(laid: readonly Laid<Row>[], row: Row): string {
  return line(laid, ({ value }) => value(row));
}

function widest<Row>({ title, value }: Column<Row>, rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, value(row).length), title.length);
}

function widthOf(laid: readonly { readonly width: number }[]): number {
  return laid.reduce((sum, { width }) => sum + width, GAP.length * (laid.length - 1));
}

function leaveOut<Row>(laid: readonly Laid<Row>[], width: number): readonly Laid<Row>[] {
  if (widthOf(laid) <= width) return laid;
  const ranked = laid.filter(({ column }) => column.rank !== undefined);
  const first = ranked.sort((a, b) => (a.column.rank ?? 0) - (b.column.rank ?? 0))[0];
  if (!first) return laid;
  return leaveOut(
    laid.filter((one) => one !== first),
    width,
  );
}

function cut<Row>(laid: readonly Laid<Row>[], width: number): readonly Laid<Row>[] {
  const excess = widthOf(laid) - width;
  const widestOne = laid.reduce((a, b) => (b.width > a.width ? b : a));
  if (excess <= 0 || widestOne.width <= NARROWEST) return laid;
  const narrower = { ...widestOne, width: Math.max(NARROWEST, widestOne.width - excess), isCut: true };
  return cut(
    laid.map((one) => (one === widestOne ? narrower : one)),
    width,
  );
}

function line<Row>(laid: readonly Laid<Row>[], text: (column: Column<Row>) => string): string {
  return laid
    .map((one) => fitted(text(one.column), one))
    .join(GAP)
    .trimEnd();
}

function fitted<Row>(text: string, { column, width, isCut }: Laid<Row>): string {
  const short = isCut && text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return column.right ? short.padStart(width) : short.padEnd(width);
}
