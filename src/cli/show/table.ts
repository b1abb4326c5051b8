// SPDX-License-Identifier: Apache-2.0
/**
 * Tables that fit the terminal. What can be read shortened is shortened first, then columns go in the order that they say,
 * and what room that leaves is given back; only then is anything cut to less.
 */

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** To the right, as numbers are. */
  readonly right?: boolean;
  /** Where room is short the column with the lowest goes first. None: it stays. */
  readonly rank?: number;
  /** It may be shortened to this many characters before any column goes. None: not at all. */
  readonly least?: number;
  /** Of an address and port the middle tells least. By default the end is cut. */
  readonly cut?: 'middle';
}

const GAP = '  ';
/** No column is cut to less than this. */
const NARROWEST = 8;

interface Laid<Row> {
  readonly column: Column<Row>;
  /** What the widest of its values takes. */
  readonly full: number;
  readonly width: number;
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
  const wanted = columns.map((column) => {
    const full = widest(column, rows);
    return { column, full, width: full };
  });
  if (widthOf(wanted) <= width) return wanted;
  const least = wanted.map((one) => ({ ...one, width: Math.min(one.full, one.column.least ?? one.full) }));
  const kept = leaveOut(least, width);
  const room = width - widthOf(kept);
  return room < 0 ? narrowed(kept, -room) : widened(kept, room);
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

/** The widest gives first. */
function narrowed<Row>(laid: readonly Laid<Row>[], excess: number): readonly Laid<Row>[] {
  const widths = laid.map(({ width }) => width);
  for (let left = excess; left > 0; left--) {
    const widestOne = widths.indexOf(Math.max(...widths));
    if (widths[widestOne]! <= NARROWEST) break;
    widths[widestOne]!--;
  }
  return laid.map((one, index) => ({ ...one, width: widths[index]! }));
}

/** The narrowest of those that were shortened gets first. */
function widened<Row>(laid: readonly Laid<Row>[], room: number): readonly Laid<Row>[] {
  const widths = laid.map(({ width }) => width);
  for (let left = room; left > 0; left--) {
    const short = laid.flatMap(({ full }, index) => (widths[index]! < full ? [index] : []));
    if (short.length === 0) break;
    widths[short.reduce((a, b) => (widths[b]! < widths[a]! ? b : a))]!++;
  }
  return laid.map((one, index) => ({ ...one, width: widths[index]! }));
}

function line<Row>(laid: readonly Laid<Row>[], text: (column: Column<Row>) => string): string {
  return laid
    .map((one) => fitted(text(one.column), one))
    .join(GAP)
    .trimEnd();
}

function fitted<Row>(text: string, { column, full, width }: Laid<Row>): string {
  const short = width < full && text.length > width ? shortened(text, width, column.cut) : text;
  return column.right ? short.padStart(width) : short.padEnd(width);
}

function shortened(text: string, width: number, cut: 'middle' | undefined): string {
  const head = cut === 'middle' ? Math.floor((width - 1) / 2) : width - 1;
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head), text.length)}`;
}
