// SPDX-License-Identifier: Apache-2.0
/** The columns that services and real servers share. */
import type { Counts, Load } from '../../image/index.js';
import type { Rates } from '../../observe/counters.js';
import { shortNumber } from './number_text.js';
import type { Column } from './table.js';

export interface Measured {
  readonly load: Load;
  readonly counts: Counts;
  /** Each a second. */
  readonly rates: Rates;
}

type Number = (row: Measured) => number | bigint;

/** Incoming is from clients; outgoing is replies that pass the director, so only NAT has any. */
export const TRAFFIC_COLUMNS: readonly Column<Measured>[] = [
  column('ACTIVE', ({ load }) => load.active),
  column('INACTIVE', ({ load }) => load.inactive, 6),
  column('OPENED', ({ counts }) => counts.connections, 1),
  column('CONN/s', ({ rates }) => rates.connections, 7),
  column('IN PKT/s', ({ rates }) => rates.inPackets, 5),
  column('OUT PKT/s', ({ rates }) => rates.outPackets, 2),
  column('IN B/s', ({ rates }) => rates.inBytes, 4),
  column('OUT B/s', ({ rates }) => rates.outBytes, 3),
];

function column(title: string, number: Number, rank?: number): Column<Measured> {
  return { title, value: (row) => shortNumber(number(row)), right: true, ...(rank !== undefined && { rank }) };
}

export function addLoads(loads: readonly Load[]): Load {
  const sum = (count: keyof Load) => loads.reduce((total, load) => total + load[count], 0);
  return { active: sum('active'), inactive: sum('inactive'), persistent: sum('persistent') };
}

export function measuredJson({ load, counts, rates }: Measured) {
  const { active, inactive, persistent } = load;
  return { connections: { active, inactive, persistent }, counts, rates };
}
