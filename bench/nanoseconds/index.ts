// SPDX-License-Identifier: Apache-2.0
/** The first part: what a packet costs by BPF_PROG_TEST_RUN, in ns. */
import type { Facts } from './facts.js';
import { countFacts } from './facts.js';
import { withLifetime } from '../lifetime.js';
import { netOf } from '../statistics.js';
import type { Summary } from '../statistics.js';
import { measure } from './measure.js';
import { enterNetwork } from './network.js';
import { GROUPS } from './rows.js';
import { Workshop } from './workshop.js';

export interface NanosecondsOptions {
  readonly repetitions: number;
  readonly packets: number;
  readonly mostConnections: number;
  /** Groups or keys of rows that match; all if undefined. */
  readonly only: RegExp | undefined;
  progress(text: string): void;
}

export interface NanosecondsRow {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly connections: number;
  readonly packets: number;
  /** ns a packet, the restoring program's cost taken off. */
  readonly net: Summary;
  readonly gross: readonly number[];
  readonly empty: readonly number[];
}

export interface Nanoseconds {
  readonly rows: readonly NanosecondsRow[];
  readonly facts: Facts;
}

export function measureNanoseconds(options: NanosecondsOptions): Promise<Nanoseconds> {
  return withLifetime((lifetime) => {
    const workshop = new Workshop(enterNetwork(lifetime));
    const groups = Object.entries(GROUPS);
    options.progress('opening connections');
    const rows = groups.flatMap(([, make]) => make(workshop, options));
    const wanted = rows.filter(({ key, group }) => options.only?.test(key) ?? options.only?.test(group) ?? true);
    const measured = measure(workshop, wanted, options.repetitions, options.progress);
    options.progress('counting what a flood costs');
    return {
      facts: countFacts(workshop),
      rows: measured.map(({ row: { key, group, label, connections, packets }, gross, empty }) => {
        return { key, group, label, connections, packets, net: netOf(gross, empty), gross, empty };
      }),
    };
  });
}
