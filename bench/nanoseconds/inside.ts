// SPDX-License-Identifier: Apache-2.0
/** Runs on the director, since the FIB is asked in the network namespace of who runs a program: options in, figures out, as JSON. */
import { minimum, netOf } from '../statistics.js';
import { FACTS, countFacts } from './facts.js';
import type { Nanoseconds, NanosecondsOptions } from './index.js';
import { measure } from './measure.js';
import { findNetwork } from './network.js';
import { GROUPS } from './rows.js';
import type { Direction } from './traffic.js';
import { Workshop } from './workshop.js';

function progress(text: string): void {
  process.stderr.write(`== ${text}\n`);
}

function measureAll(options: NanosecondsOptions): Nanoseconds {
  const workshop = new Workshop(findNetwork());
  const only = options.only === undefined ? undefined : new RegExp(options.only);
  const isWanted = ({ key, group }: { key: string; group: string }) => !only || only.test(key) || only.test(group);
  const counts = only === undefined || only.test(FACTS);
  const rows = GROUPS.flatMap((make) => make(workshop, options)).filter(isWanted);
  progress('opening connections');
  const measured = measure(workshop, rows, options.repetitions, progress);
  const cheapest = (direction: Direction, family: 4 | 6): number => {
    const alike = measured.filter(
      ({ row: { traffic } }) => traffic.direction === direction && traffic.family === family,
    );
    return minimum(alike.flatMap(({ empty }) => empty));
  };
  if (counts) progress('counting what a flood costs');
  return {
    facts: counts ? countFacts(workshop) : undefined,
    rows: measured.map(({ row: { key, group, label, connections, packets, traffic }, gross, empty }) => {
      const net = netOf(gross, empty, cheapest(traffic.direction, traffic.family));
      return { key, group, label, connections, packets, net, gross, empty };
    }),
  };
}

process.stdout.write(JSON.stringify(measureAll(JSON.parse(process.argv[2] ?? '') as NanosecondsOptions)));
