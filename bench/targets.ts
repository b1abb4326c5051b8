// SPDX-License-Identifier: Apache-2.0
/** What is to be reached: ratios within one run, and times of whole commands. */
import type { Commands } from './commands/index.js';
import { CONNECTIONS as FLOODED } from './nanoseconds/facts.js';
import type { Nanoseconds } from './nanoseconds/index.js';
import { SERVER_COUNTS } from './nanoseconds/rows.js';
import type { Throughput } from './throughput/index.js';

export interface Target {
  readonly what: string;
  readonly atMost: number;
  /** undefined: a row of it was not measured in this run. */
  readonly minimum: number | undefined;
  /** Of the medians. Judged is the ratio of the minima: what an undisturbed run costs. */
  readonly median: number | undefined;
}

export function isReached({ minimum, atMost }: Target): boolean | undefined {
  return minimum === undefined ? undefined : minimum <= atMost;
}

type Statistic = 'minimum' | 'median';
type Net = (key: string) => number | undefined;

function ratioOf(
  what: string,
  atMost: number,
  nets: Record<Statistic, Net>,
  over: (net: Net) => number | undefined,
): Target {
  return { what, atMost, minimum: over(nets.minimum), median: over(nets.median) };
}

function divided(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** Schedulers whose pick is a place in a table. */
const LOOKED_UP = ['wrr', 'dh', 'sh', 'mh'] as const;

const NANOSECONDS: readonly (readonly [what: string, atMost: number, row: string, against: string])[] = [
  ['established TUN, IPv4, 1 connection, against the textbook', 0.65, 'tun-1', 'textbook-1'],
  ['the same at 1M connections', 0.5, 'tun-1000000', 'textbook-1000000'],
  ['DR, 1 connection', 0.7, 'dr-1', 'textbook-1'],
  ['NAT request, 1 connection', 0.7, 'nat-1', 'textbook-1'],
  ['NAT reply, 1 connection', 0.7, 'reply-1', 'textbook-1'],
  ['IPv6 TUN, 1 connection', 0.7, 'tun6-1', 'textbook-1'],
  ['not ours, against the textbook', 0.6, 'not-ours', 'textbook-not-ours'],
  ['1,000 services instead of 1', 1.05, 'tun-1-services-1000', 'tun-1'],
  ['new connection (rr), against the textbook inserting', 0.5, 'new-rr-10', 'textbook-new'],
  ...LOOKED_UP.flatMap((scheduler) =>
    SERVER_COUNTS.map(
      (count) =>
        [
          `${scheduler} with ${count.toLocaleString('en')} servers, against rr`,
          1.3,
          `new-${scheduler}-${count}`,
          `new-rr-${count}`,
        ] as const,
    ),
  ),
  ['wlc with 1,000 servers, against 10', 10, 'new-wlc-1000', 'new-wlc-10'],
  ['established while a SYN flood fills the table, against none', 1.2, 'flood-waves', 'flood-none'],
];

type Rows = readonly { readonly key: string; readonly net: Readonly<Record<Statistic, number>> }[];

function netsOf(rows: Rows): Record<Statistic, Net> {
  const net =
    (statistic: Statistic): Net =>
    (key) =>
      rows.find((row) => row.key === key)?.net[statistic];
  return { minimum: net('minimum'), median: net('median') };
}

export function nanosecondsTargets({ rows, facts }: Nanoseconds): Target[] {
  const nets = netsOf(rows);
  const counted = (what: string, atMost: number, value: number | undefined): Target => ({
    what,
    atMost,
    minimum: value,
    median: value,
  });
  return [
    ...NANOSECONDS.map(([what, atMost, row, against]) =>
      ratioOf(what, atMost, nets, (of) => divided(of(row), of(against))),
    ),
    counted(`established connections lost of ${FLOODED} in a flood`, 0, facts?.lostByXdpvs),
    counted('bytes of table a connection, one-way', 64, facts?.bytesOneWay),
    counted('bytes of table a connection, NAT', 128, facts?.bytesNat),
  ];
}

const THROUGHPUT: readonly (readonly [what: string, atMost: number, row: string, against: string])[] = [
  ['UDP, 10k flows through veth (NAT), against nftables', 1 / 7, 'nat-10k', 'nftables-10k'],
  ['a new flow each packet (NAT), against nftables', 1 / 6, 'nat-new', 'nftables-new'],
  ['NAT echo, both ways, against nftables', 1 / 4, 'nat-echo', 'nftables-echo'],
  ['HTTP with short connections, CPU a request, against HAProxy', 0.6, 'nat-http', 'haproxy-http'],
];

export function throughputTargets({ rows, rates }: Throughput): Target[] {
  const nets = netsOf(rows);
  const rate = (statistic: 'best' | 'median', cpus: number): number | undefined =>
    rates.find((each) => each.way === 'nat' && each.cpus === cpus)?.[statistic];
  return [
    ...THROUGHPUT.map(([what, atMost, row, against]) =>
      ratioOf(what, atMost, nets, (of) => divided(of(row), of(against))),
    ),
    {
      what: 'time a packet with two cores and queues against one (NAT)',
      atMost: 0.99,
      minimum: divided(rate('best', 1), rate('best', 2)),
      median: divided(rate('median', 1), rate('median', 2)),
    },
  ];
}

const COMMANDS: readonly (readonly [what: string, atMost: number, row: string])[] = [
  ['-A with 10,000 services x 10 loaded, s', 0.25, 'add'],
  ['-R of 1,000 services x 10, s', 2, 'restore-small'],
  ['-R of 10,000 services x 10, s', 15, 'restore-large'],
  ['-Ln of 10,000 services x 10, s', 1.5, 'list-large'],
  ['-Lnc of 1,000,000 connections, s', 4, 'connections-1000000'],
  ['a scrape of 1,000 services x 10, s', 0.3, 'scrape'],
  ['memory of serve there, MiB', 150, 'serve-memory'],
];

export function commandsTargets({ rows }: Commands): Target[] {
  return COMMANDS.map(([what, atMost, key]) => {
    const row = rows.find((each) => each.key === key);
    return { what, atMost, minimum: row?.minimum, median: row?.median };
  });
}
