// SPDX-License-Identifier: Apache-2.0
/** The figures as a person reads them. */
import type { Commands } from './commands/index.js';
import type { Facts } from './nanoseconds/facts.js';
import type { Nanoseconds } from './nanoseconds/index.js';
import { minimum } from './statistics.js';
import { count, figure, printTable } from './table.js';
import type { Target } from './targets.js';
import { WAY_LABELS } from './throughput/sites.js';
import type { Throughput } from './throughput/index.js';
import { isReached } from './targets.js';

export function printNanoseconds({ rows, facts }: Nanoseconds): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const tables = groups.map((group) =>
    printTable(
      `${group}: ns a packet`,
      ['', 'connections', 'min', 'median', 'gross', 'empty'],
      rows
        .filter((row) => row.group === group)
        .map(({ label, connections, net, gross, empty }) => {
          const figures = [net.minimum, net.median, minimum(gross), minimum(empty)].map((value) => figure(value));
          return [label, count(connections), ...figures];
        }),
    ),
  );
  return [...tables, ...(facts ? factLines(facts) : [])].join('\n');
}

function factLines(facts: Facts): string[] {
  const lost = `Of ${count(facts.floodedConnections)} established connections, ${count(facts.floodSyns)} SYNs cost xdpvs ${count(
    facts.lostByXdpvs,
  )} and the textbook balancer ${count(facts.lostByTextbook)}.\n`;
  const unheld = facts.unheld.map(
    ({ use, connections, unheld }) =>
      `With connections for ${use * 100}% of its lines, the table has no line for ${count(unheld)} of ${count(connections)}.\n`,
  );
  return [lost, ...unheld];
}

export function printCommands({ rows }: Commands): string {
  return printTable(
    'commands: wall time of the whole process; CPU: its seconds on CPUs',
    ['', 'min', 'median', 'CPU', ''],
    rows.map(({ label, minimum: least, median, cpu, unit }) => [
      label,
      figure(least, 3),
      figure(median, 3),
      cpu === undefined ? '' : figure(cpu, 3),
      unit,
    ]),
  );
}

export function printTargets(targets: readonly Target[]): string {
  const said = { true: 'reached', false: 'NOT REACHED', undefined: 'not measured' };
  const value = (ratio: number | undefined): string => (ratio === undefined ? '' : figure(ratio, 2));
  return printTable(
    'targets (judged by the minima)',
    ['', 'at most', 'min', 'median', ''],
    targets.map((target) => [
      target.what,
      figure(target.atMost, 2),
      value(target.minimum),
      value(target.median),
      said[`${isReached(target)}`],
    ]),
  );
}

export function printThroughput({ rows, rates }: Throughput): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const tables = groups.map((group) =>
    printTable(
      group,
      ['', 'min', 'median', 'gross', 'ends', 'arrived'],
      rows
        .filter((row) => row.group === group)
        .map(({ label, net, gross, empty, delivered }) => {
          const figures = [net.minimum, net.median, minimum(gross), minimum(empty)].map((value) =>
            count(Math.round(value)),
          );
          return [label, ...figures, `${figure(delivered * 100)} %`];
        }),
    ),
  );
  const scaling = printTable(
    'packets a second, ends included, 10k flows (best repetition)',
    ['', 'one CPU', 'two CPUs', 'times'],
    [...new Set(rates.map(({ way }) => way))].map((way) => {
      const [one = 0, two = 0] = [1, 2].map(
        (cpus) => rates.find((rate) => rate.way === way && rate.cpus === cpus)?.best,
      );
      return [WAY_LABELS[way], count(Math.round(one)), count(Math.round(two)), figure(two / one, 2)];
    }),
  );
  return [...tables, scaling].join('\n');
}
