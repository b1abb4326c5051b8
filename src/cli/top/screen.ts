// SPDX-License-Identifier: Apache-2.0
/** The lines of one screen, of which the first fits 80 columns whatever the numbers. */
import { serviceId } from '../../model/service_id.js';
import type { Connection } from '../../observe/connections.js';
import { connectionsTable } from '../show/connections.js';
import { shortNumber } from '../show/number_text.js';
import { SERVER_COLUMNS } from '../show/servers.js';
import { SERVICE_COLUMNS } from '../show/services.js';
import { table } from '../show/table.js';
import type { ServerRow } from '../show/rows.js';
import type { Measured } from '../show/traffic_columns.js';
import { KEYS_TEXT } from './keys.js';
import type { Sample } from './sample.js';
import { sorted } from './sort.js';
import type { View } from './view.js';
import { chosenIndex } from './view.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Screen {
  readonly lines: readonly string[];
  /** Which of them is of the chosen row. */
  readonly marked: number | undefined;
}

/** Of the rows shown: names in order, a heading and a line each. */
export interface Rows {
  readonly names: readonly string[];
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Lines above and below the rows: two of the head, the columns' titles, the keys. */
const FRAME = 4;

export function rowsThatFit({ height }: Size): number {
  return Math.max(1, height - FRAME);
}

export function rowsOf(view: View, sample: Sample, connections: readonly Connection[], width?: number): Rows {
  const { level, sort, isReversed } = view;
  switch (level.of) {
    case 'services': {
      const rows = sorted(sample.services, sort, isReversed);
      return named(rows, table(SERVICE_COLUMNS, rows.map(valueOf), width));
    }
    case 'servers': {
      const rows = sorted(serversOf(sample, level.service), sort, isReversed);
      return named(rows, table(SERVER_COLUMNS.slice(1), rows.map(valueOf), width));
    }
    case 'connections': {
      const [heading = '', ...lines] = connectionsTable(connections, width);
      return { names: lines.map((_, index) => String(index)), heading, lines };
    }
  }
}

function valueOf<Value>([, value]: readonly [string, Value]): Value {
  return value;
}

function named(rows: readonly (readonly [string, unknown])[], lines: readonly string[]): Rows {
  return { names: rows.map(([name]) => name), heading: lines[0] ?? '', lines: lines.slice(1) };
}

function serversOf({ servers }: Sample, service: string): Map<string, ServerRow> {
  return new Map([...servers].filter(([, row]) => serviceId(row.service.key) === service));
}

export function screenOf(view: View, sample: Sample, rows: Rows, size: Size): Screen {
  const page = rowsThatFit(size);
  const chosen = chosenIndex(view, rows.names);
  const first = Math.max(0, Math.min(chosen - Math.floor(page / 2), rows.lines.length - page));
  const shown = rows.lines.slice(first, first + page);
  const padding = new Array<string>(page - shown.length).fill('');
  const lines = [headOf(sample), titleOf(view, rows), rows.heading, ...shown, ...padding, KEYS_TEXT];
  return {
    lines: lines.map((line) => line.slice(0, size.width)),
    marked: shown.length > 0 ? 3 + chosen - first : undefined,
  };
}

function headOf({ services }: Sample): string {
  const sum = (value: (row: Measured) => number) =>
    shortNumber([...services.values()].reduce((total, row) => total + value(row), 0));
  const connections = `${sum(({ load }) => load.active)} active, ${sum(({ load }) => load.inactive)} inactive connections`;
  const opened = `${sum((row) => row.rates.connections)} conn/s`;
  const packets = `pkt/s ${sum((row) => row.rates.inPackets)} in, ${sum((row) => row.rates.outPackets)} out`;
  return `${connections}; ${opened}; ${packets}`;
}

function titleOf({ level, sort, isReversed, isPaused }: View, { lines }: Rows): string {
  const order = `by ${sort}${isReversed ? ', reversed' : ''}${isPaused ? ', PAUSED' : ''}`;
  switch (level.of) {
    case 'services':
      return `${lines.length} services ${order}`;
    case 'servers':
      return `real servers of ${level.service} ${order}`;
    case 'connections':
      return `connections of ${level.server}: ${countText(lines.length)}${isPaused ? ', PAUSED' : ''}`;
  }
}

/** No more are looked for than the screen shows. */
function countText(shown: number): string {
  return shown === 0 ? 'none' : `the first ${shown}`;
}
