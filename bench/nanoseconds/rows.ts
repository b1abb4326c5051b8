// SPDX-License-Identifier: Apache-2.0
/** The rows of the first part, each group a function that makes what it needs. */
import { SCHEDULERS } from '../../src/model/types.js';
import { ADDRESSES, FAR_ROUTER_MAC } from './network.js';
import { XDP } from './restore.js';
import type { Row } from './subject.js';
import type { Wanted } from './state.js';
import { serversFrom } from './state.js';
import { once } from '../once.js';
import type { Lazy } from '../once.js';
import type { Series } from './plan.js';
import type { Expectation } from './verify.js';
import { direct, sentBack, translated, translatedBack, tunnelled, untouched } from './verify.js';
import { CLIENT_MAC, SYN, inOrder, scattered } from './traffic.js';
import type { Traffic } from './traffic.js';
import type { Director } from './director.js';
import type { Textbook } from './textbook.js';
import type { Workshop } from './workshop.js';
import { UNWATCHED, watchOpened, watchOutcomes } from './workshop.js';

const SERVICE = '198.51.100.1';
const SERVICE6 = '2001:db8:100::1';
const ELSEWHERE = '203.0.113.77';
const SERVERS = serversFrom('10.1.0.1', 8);
const FAR_SERVERS = serversFrom('10.2.0.1', 8);
const SERVERS6 = serversFrom('2001:db8:1::1', 8);
const COUNTS = [1, 1_000, 10_000, 100_000, 1_000_000] as const;
/** Of the director that `xdpvs attach` loads, and what new connections are measured in. */
const NEW_LINES = 2 ** 18;
const FLOOD_LINES = 2 ** 16;
const FLOODED_CONNECTIONS = 10_000;
const WAVE = 2 * FLOOD_LINES;
/** Flows that no connection of a row belongs to. */
const STRANGERS = 2 ** 24;

export interface RowOptions {
  readonly packets: number;
  /** No table for more connections than this. */
  readonly mostConnections: number;
}

export type Group = (workshop: Workshop, options: RowOptions) => Row[];

interface Base {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly traffic: Traffic;
  readonly expectation: Expectation;
}

function established(options: RowOptions, connections: number, base: Base): Omit<Row, 'program' | 'watch'> {
  const packets = Math.max(options.packets, connections);
  return { ...base, connections, packets, warmUp: Math.min(connections, 100_000) };
}

function ofDirector(director: Lazy<Director>, outcomes: readonly string[]): Pick<Row, 'program' | 'watch'> {
  return { program: () => director().program, watch: () => watchOutcomes(director(), outcomes) };
}

function ofTextbook(textbook: Lazy<Textbook>, opens: 0 | 1): Pick<Row, 'program' | 'watch'> {
  return { program: () => textbook().program, watch: () => watchOpened(textbook(), opens) };
}

function knowing(workshop: Workshop, wanted: Wanted, connections: number, lines?: number): Lazy<Director> {
  return once(() => workshop.established(wanted, connections, lines).director);
}

function counts({ mostConnections }: RowOptions): number[] {
  return COUNTS.filter((count) => count <= mostConnections);
}

const floors: Group = (workshop, options) => {
  const row = (key: string, label: string, program: number, expectation: Expectation): Row => ({
    ...established(options, 1, {
      key,
      group: 'floors',
      label,
      expectation,
      traffic: workshop.request(SERVICE, scattered(1)),
    }),
    program: () => program,
    watch: () => UNWATCHED,
  });
  return [
    row('floor-swap', 'swap MACs, XDP_TX', workshop.floors.swap_macs, sentBack(CLIENT_MAC)),
    row('floor-encapsulate', 'parse, encapsulate, no lookup', workshop.floors.only_encapsulate, {
      ...tunnelled(ADDRESSES.own, [SERVICE], true),
    }),
  ];
};

const textbooks: Group = (workshop, options) => [
  ...counts(options).map((count): Row => ({
    ...established(options, count, {
      key: `textbook-${count}`,
      group: 'textbook balancer',
      label: 'established, IPIP',
      traffic: workshop.request(SERVICE, scattered(count)),
      expectation: tunnelled(ADDRESSES.own, SERVERS, true),
    }),
    ...ofTextbook(
      once(() => workshop.textbook(SERVICE, SERVERS, count)),
      0,
    ),
  })),
  {
    ...established(options, 1, {
      key: 'textbook-not-ours',
      group: 'textbook balancer',
      label: 'not ours',
      traffic: workshop.request(ELSEWHERE, scattered(1)),
      expectation: untouched(),
    }),
    ...ofTextbook(
      once(() => workshop.textbook(SERVICE, SERVERS, 1)),
      0,
    ),
  },
];

interface Method {
  readonly key: string;
  readonly label: string;
  readonly wanted: Wanted;
  readonly outcome: string;
  readonly expectation: Expectation;
}

const plain = { services: 1, scheduler: 'rr' } as const;

const TUNNEL: Method = {
  key: 'tun',
  label: 'TUN',
  wanted: { ...plain, service: SERVICE, method: 'tunnel', servers: SERVERS },
  outcome: 'FORWARDED_TUNNEL',
  expectation: tunnelled(ADDRESSES.own, SERVERS),
};

const METHODS: readonly Method[] = [
  TUNNEL,
  {
    key: 'dr',
    label: 'DR',
    wanted: { ...plain, service: SERVICE, method: 'direct-route', servers: SERVERS },
    outcome: 'FORWARDED_DIRECT_ROUTE',
    expectation: direct(),
  },
  {
    key: 'tun6',
    label: 'TUN, IPv6',
    wanted: { ...plain, service: SERVICE6, method: 'tunnel', servers: SERVERS6 },
    outcome: 'FORWARDED_TUNNEL',
    expectation: tunnelled(ADDRESSES.own6, SERVERS6),
  },
];

const oneWay: Group = (workshop, options) =>
  METHODS.flatMap(({ key, label, wanted, outcome, expectation }) =>
    counts(options).map((count): Row => ({
      ...established(options, count, {
        key: `${key}-${count}`,
        group: 'xdpvs, established',
        label,
        traffic: workshop.request(wanted.service, scattered(count)),
        expectation,
      }),
      ...ofDirector(knowing(workshop, wanted, count), [outcome]),
    })),
  );

const masqueraded: Group = (workshop, options) =>
  counts(options).flatMap((count): Row[] => {
    const wanted: Wanted = { ...plain, service: SERVICE, method: 'masquerade', servers: SERVERS };
    const opened = once(() => workshop.established(wanted, count));
    const director = (): Director => opened().director;
    const request = workshop.request(SERVICE, scattered(count));
    return [
      {
        ...established(options, count, {
          key: `nat-${count}`,
          group: 'xdpvs, established',
          label: 'NAT, request',
          traffic: request,
          expectation: translated(SERVERS),
        }),
        ...ofDirector(director, ['FORWARDED_MASQUERADE']),
      },
      {
        ...established(options, count, {
          key: `reply-${count}`,
          group: 'xdpvs, established',
          label: 'NAT, reply',
          traffic: request,
          expectation: translatedBack(SERVICE),
        }),
        get traffic() {
          return { ...request, direction: 'reply', servers: opened().serversByFlow } as const;
        },
        ...ofDirector(director, ['REPLIED_MASQUERADE']),
      },
    ];
  });

const variations: Group = (workshop, options) => {
  const far: Wanted = { ...TUNNEL.wanted, method: 'masquerade', servers: FAR_SERVERS };
  const many: Wanted = { ...TUNNEL.wanted, services: 1000 };
  const one = workshop.request(SERVICE, scattered(1));
  const thousand = workshop.request(SERVICE, scattered(1000));
  const row = (connections: number, base: Omit<Base, 'group'>, director: Lazy<Director>, outcome: string): Row => ({
    ...established(options, connections, { ...base, group: 'xdpvs, variations' }),
    ...ofDirector(director, [outcome]),
  });
  const { expectation, outcome } = TUNNEL;
  const tunnel = (key: string, label: string, traffic: Traffic, director: Lazy<Director>): Row =>
    row(traffic.series.count, { key, label, traffic, expectation }, director, outcome);
  return [
    row(
      1,
      {
        key: 'nat-far',
        label: 'NAT, request, out of another interface',
        traffic: one,
        expectation: translated(FAR_SERVERS, XDP.REDIRECT, FAR_ROUTER_MAC),
      },
      knowing(workshop, far, 1),
      'FORWARDED_MASQUERADE',
    ),
    tunnel('tun-1-services-1000', 'TUN, 1,000 services', one, knowing(workshop, many, 1)),
    tunnel(
      'tun-1000-services-1000',
      'TUN, over 1,000 services',
      { ...thousand, services: 1024 },
      knowing(workshop, many, 1000),
    ),
    tunnel(
      'tun-1000-roomy',
      'TUN, a table of 4M lines',
      thousand,
      knowing(workshop, TUNNEL.wanted, 1000, Math.min(2 ** 22, 4 * options.mostConnections)),
    ),
  ];
};

const notOurs: Group = (workshop, options) => {
  const row = (key: string, label: string, series: Series, director: Lazy<Director>): Row => ({
    ...established(options, series.count, {
      key,
      group: 'xdpvs, not ours',
      label,
      traffic: workshop.request(ELSEWHERE, series),
      expectation: untouched(),
    }),
    ...ofDirector(director, ['NOT_A_SERVICE']),
  });
  return [
    row('not-ours', 'passed', scattered(1), knowing(workshop, TUNNEL.wanted, 1)),
    row(
      'not-ours-10000',
      'passed, of 10k flows, 10k connections known',
      scattered(10_000),
      knowing(workshop, TUNNEL.wanted, 10_000),
    ),
    row(
      'not-ours-services-1000',
      'passed, 1,000 services',
      scattered(1),
      knowing(workshop, { ...TUNNEL.wanted, services: 1000 }, 1),
    ),
  ];
};

const NEW_FLOWS = inOrder(STRANGERS, 100_000);
export const SERVER_COUNTS = [10, 100, 1000] as const;

function opening(
  workshop: Workshop,
  base: Omit<Base, 'traffic' | 'group'>,
  packets: number,
): Omit<Row, 'program' | 'watch'> {
  const traffic = workshop.request(SERVICE, NEW_FLOWS, { flags: SYN });
  return { ...base, group: 'new connections', traffic, connections: packets, packets, warmUp: 0 };
}

const newConnections: Group = (workshop) => {
  const packets = NEW_FLOWS.count;
  const row = (key: string, label: string, wanted: Wanted, outcome: string, expectation: Expectation): Row => {
    const director = once(() => workshop.director(wanted, NEW_LINES));
    return {
      ...opening(workshop, { key, label, expectation }, packets),
      ...ofDirector(director, [outcome]),
      before: () => director().forgetConnections(),
    };
  };
  const scheduled = SCHEDULERS.flatMap((scheduler) =>
    SERVER_COUNTS.map((count) => {
      const servers = serversFrom('10.1.0.1', count);
      const label = `${scheduler}, ${count.toLocaleString('en')} servers`;
      // ovf takes no more connections than its weights add up to: half of them get used.
      const wanted = { ...TUNNEL.wanted, scheduler, servers };
      return row(
        `new-${scheduler}-${count}`,
        label,
        scheduler === 'ovf' ? { ...wanted, weight: (2 * packets) / count } : wanted,
        'FORWARDED_TUNNEL',
        tunnelled(ADDRESSES.own, servers),
      );
    }),
  );
  const textbook = once(() => workshop.textbook(SERVICE, serversFrom('10.1.0.1', 10), 0, { entries: NEW_LINES }));
  const nat: Wanted = { ...TUNNEL.wanted, method: 'masquerade' };
  const many: Wanted = { ...TUNNEL.wanted, services: 1000, servers: SERVERS };
  return [
    {
      ...opening(
        workshop,
        {
          key: 'textbook-new',
          label: 'textbook: LRU insert, 10 servers',
          expectation: tunnelled(ADDRESSES.own, serversFrom('10.1.0.1', 10), true),
        },
        packets,
      ),
      ...ofTextbook(textbook, 1),
      before: () => textbook().restart(),
    },
    ...scheduled,
    row('new-rr-services-1000', 'rr, 1,000 services', many, 'FORWARDED_TUNNEL', TUNNEL.expectation),
    row('new-rr-nat', 'rr, NAT (two lines)', nat, 'FORWARDED_MASQUERADE', translated(SERVERS)),
  ];
};

const floods: Group = (workshop, options) => {
  const settled = knowing(workshop, TUNNEL.wanted, FLOODED_CONNECTIONS, FLOOD_LINES);
  const flooded = knowing(workshop, TUNNEL.wanted, FLOODED_CONNECTIONS, FLOOD_LINES);
  const mixed = knowing(workshop, TUNNEL.wanted, FLOODED_CONNECTIONS, FLOOD_LINES);
  const full = once(() => workshop.director(TUNNEL.wanted, FLOOD_LINES));
  const occupied = once(() => workshop.director(TUNNEL.wanted, FLOOD_LINES));
  const recycling = once(() => workshop.textbook(SERVICE, SERVERS, 0, { entries: FLOOD_LINES }));
  const strangers = workshop.request(SERVICE, inOrder(STRANGERS, 2 ** 24), { flags: SYN });
  const known = workshop.request(SERVICE, scattered(FLOODED_CONNECTIONS));
  let wave = 0;
  /** Twice as many SYNs as the table has lines, of flows that are not seen again in a minute. */
  const flood = (program: number): void => {
    wave = (wave + 1) % 64;
    const series = inOrder(2 * STRANGERS + wave * WAVE, WAVE);
    workshop.restore.run(program, { ...strangers, series }, WAVE);
  };
  const sendKnown = (program: number): void => void workshop.restore.run(program, known, FLOODED_CONNECTIONS);
  // Fewer than a wave has SYNs.
  const packets = 10 * FLOODED_CONNECTIONS;
  const group = 'SYN flood';
  const { expectation } = TUNNEL;
  const common = { group, expectation, warmUp: 0, packets };
  return [
    {
      ...common,
      ...{ key: 'flood-none', label: 'established, no flood', connections: FLOODED_CONNECTIONS, traffic: known },
      ...ofDirector(settled, ['FORWARDED_TUNNEL']),
      before: () => sendKnown(settled().program),
    },
    {
      ...common,
      ...{
        key: 'flood-waves',
        label: 'established, between waves of a flood',
        connections: FLOODED_CONNECTIONS,
        traffic: known,
      },
      ...ofDirector(flooded, ['FORWARDED_TUNNEL']),
      before: () => flood(flooded().program),
    },
    {
      ...common,
      ...{ key: 'flood-mixed', label: 'established and a SYN, turn about', connections: FLOODED_CONNECTIONS },
      traffic: { ...known, direction: 'mixed', second: strangers.series },
      ...{ packets: 2 * packets, packetsEach: 2 },
      ...ofDirector(mixed, ['FORWARDED_TUNNEL', 'FORWARDED_STATELESS']),
      before: () => flood(mixed().program),
    },
    {
      ...common,
      ...{
        key: 'flood-syn',
        label: "a flood's SYN, table full of half-open",
        connections: FLOOD_LINES,
        traffic: strangers,
        packets: options.packets,
      },
      ...ofDirector(full, ['FORWARDED_TUNNEL', 'FORWARDED_STATELESS']),
      before: () => flood(full().program),
    },
    {
      ...common,
      ...{
        key: 'flood-occupied',
        label: "a flood's SYN, table full of established",
        connections: FLOOD_LINES,
        traffic: strangers,
        packets: options.packets,
      },
      ...ofDirector(occupied, ['FORWARDED_TUNNEL', 'FORWARDED_STATELESS']),
      before: () => {
        occupied().forgetConnections();
        workshop.reestablish(occupied(), SERVICE, 4 * FLOOD_LINES);
      },
    },
    {
      ...common,
      ...{
        key: 'textbook-flood-syn',
        label: "textbook: a flood's SYN, LRU full",
        connections: FLOOD_LINES,
        traffic: strangers,
        packets: options.packets,
      },
      expectation: tunnelled(ADDRESSES.own, SERVERS, true),
      ...ofTextbook(recycling, 1),
      before: () => flood(recycling().program),
    },
  ];
};

export const GROUPS: readonly Group[] = [
  floors,
  textbooks,
  oneWay,
  masqueraded,
  variations,
  notOurs,
  newConnections,
  floods,
];
