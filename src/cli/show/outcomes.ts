// SPDX-License-Identifier: Apache-2.0
/** What `xdpvs outcomes` shows: why packets ended as they did, and how many a second do now. */
import type { Outcome } from '../../observe/outcomes.js';
import { OUTCOMES } from '../../observe/outcomes.js';
import { json } from './json.js';
import { shortNumber } from './number_text.js';
import type { Column } from './table.js';
import { table } from './table.js';

/** Two looks at the counters, `seconds` apart; 0: one look, and there are no rates. */
export interface Looks {
  readonly before: readonly bigint[];
  readonly after: readonly bigint[];
  readonly seconds: number;
}

export interface OutcomeRow extends Outcome {
  readonly packets: bigint;
  readonly perSecond: number | undefined;
}

export function outcomeRows({ before, after, seconds }: Looks): OutcomeRow[] {
  return OUTCOMES.map((outcome) => {
    const packets = after[outcome.number] ?? 0n;
    const came = Number(packets - (before[outcome.number] ?? 0n));
    return { ...outcome, packets, perSecond: seconds > 0 ? came / seconds : undefined };
  });
}

const COLUMNS: readonly Column<OutcomeRow>[] = [
  { title: 'OUTCOME', value: ({ name }) => name },
  { title: 'ACTION', value: ({ action }) => action, rank: 2 },
  { title: 'PACKETS', value: ({ packets }) => shortNumber(packets), right: true },
  { title: 'PKT/s', value: ({ perSecond }) => (perSecond === undefined ? '' : shortNumber(perSecond)), right: true },
  { title: 'MEANING', value: ({ meaning }) => meaning, rank: 3, least: 24 },
];

/** Unless all are asked for, those that never happened are left out. */
export function outcomesTable(looks: Looks, all: boolean, width: number | undefined): string[] {
  const rows = outcomeRows(looks).filter(({ packets }) => all || packets > 0n);
  const columns = looks.seconds > 0 ? COLUMNS : COLUMNS.filter(({ title }) => title !== 'PKT/s');
  return rows.length === 0 ? ['no packet has come yet'] : table(columns, rows, width);
}

export function outcomesJson(looks: Looks): string {
  const rows = outcomeRows(looks).map(({ name, action, packets, perSecond, meaning }) => ({
    outcome: name,
    action,
    packets,
    perSecond,
    meaning,
  }));
  return json(rows, 2);
}
