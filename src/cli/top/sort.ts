// SPDX-License-Identifier: Apache-2.0
import type { Measured } from '../show/traffic_columns.js';

/** What rows can be sorted by, in the order in which a key goes through them. */
export const SORTS = ['conn', 'active', 'inactive', 'in-pkt', 'out-pkt', 'in-bytes', 'out-bytes', 'name'] as const;
export type Sort = (typeof SORTS)[number];

const VALUE: Readonly<Record<Exclude<Sort, 'name'>, (row: Measured) => number>> = {
  conn: ({ rates }) => rates.connections,
  active: ({ load }) => load.active,
  inactive: ({ load }) => load.inactive,
  'in-pkt': ({ rates }) => rates.inPackets,
  'out-pkt': ({ rates }) => rates.outPackets,
  'in-bytes': ({ rates }) => rates.inBytes,
  'out-bytes': ({ rates }) => rates.outBytes,
};

export function nextSort(sort: Sort): Sort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? SORTS[0];
}

/** The largest first, names from A; `isReversed` turns either round. Equal ones stand by name. */
export function sorted<Row extends Measured>(rows: ReadonlyMap<string, Row>, sort: Sort, isReversed: boolean) {
  const sign = isReversed ? -1 : 1;
  return [...rows].sort(([a, one], [b, other]) => {
    const order = sort === 'name' ? 0 : VALUE[sort](other) - VALUE[sort](one);
    return sign * order || (sort === 'name' ? sign : 1) * compareNames(a, b);
  });
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
