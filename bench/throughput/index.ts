// SPDX-License-Identifier: Apache-2.0
/** The second part: what packets and requests cost the director's CPU on their way through veth. */
import { join } from 'node:path';

import type { Lifetime } from '../../test/support/hosts.js';
import { ON_ONE_CPU, collect } from '../child.js';
import { withLifetime } from '../lifetime.js';
import type { Summary } from '../statistics.js';
import { median, minimum, netOf } from '../statistics.js';
import { balance } from './balance.js';
import type { Kind } from './ends.js';
import { LOADS } from './packets.js';
import type { Site, Way } from './sites.js';
import { WAY_LABELS, buildSite } from './sites.js';

export interface ThroughputOptions {
  readonly repetitions: number;
  readonly packets: number;
  readonly newFlows: number;
  readonly requests: number;
}

export interface Order extends ThroughputOptions {
  readonly sites: readonly Site[];
}

export interface Samples {
  readonly packets: { way: Way; kind: Kind; load: string; ns: number; delivered: number }[];
  readonly http: { way: Way; kind: Kind; ns: number }[];
  readonly rates: { way: Way; cpus: number; rate: number }[];
}

export interface ThroughputRow {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  /** ns of the director's CPU. */
  readonly net: Summary;
  readonly gross: readonly number[];
  /** The ends alone. */
  readonly empty: readonly number[];
  /** Least share that arrived. */
  readonly delivered: number;
}

export interface Rate {
  readonly way: Way;
  readonly cpus: number;
  /** Packets a second, the best and the median repetition. */
  readonly best: number;
  readonly median: number;
}

export interface Throughput {
  readonly rows: readonly ThroughputRow[];
  readonly rates: readonly Rate[];
}

const SITES: readonly (readonly [Way, Kind])[] = [
  ['none', 'frames'],
  ['none', 'packets'],
  ['forwarding', 'packets'],
  ['nftables', 'packets'],
  ['nat', 'frames'],
  ['dr', 'frames'],
  ['tun', 'frames'],
  ['haproxy', 'packets'],
  ['nginx', 'packets'],
];

export function measureThroughput(options: ThroughputOptions): Promise<Throughput> {
  return withLifetime(async (lifetime) => {
    const sites: Site[] = [];
    for (const [way, kind] of SITES) sites.push(await openSite(lifetime, way, kind));
    const order: Order = { ...options, sites };
    const inside = join(import.meta.dirname, 'inside.js');
    const printed = await collect([...ON_ONE_CPU, process.execPath, '--no-warnings', inside, JSON.stringify(order)]);
    const samples = JSON.parse(printed) as Samples;
    return { rows: [...packetRows(samples), ...httpRows(samples)], rates: ratesOf(samples) };
  });
}

async function openSite(lifetime: Lifetime, way: Way, kind: Kind): Promise<Site> {
  const { site, laboratory } = buildSite(lifetime, way, kind);
  await laboratory.host('server').serveHttp('a page');
  if (way !== 'none') await balance(laboratory.host('director'), way);
  return site;
}

function waysIn(samples: readonly { way: Way; kind: Kind }[]): { way: Way; kind: Kind }[] {
  return SITES.map(([way, kind]) => ({ way, kind })).filter(
    ({ way, kind }) => way !== 'none' && samples.some((sample) => sample.way === way && sample.kind === kind),
  );
}

function packetRows({ packets }: Samples): ThroughputRow[] {
  return LOADS.flatMap((load) => {
    const alike = packets.filter((sample) => sample.load === load.key);
    const group = `${load.label}: ns of the director's CPU a packet`;
    return waysIn(alike).map(({ way, kind }) => {
      const own = alike.filter((sample) => sample.way === way);
      const delivered = minimum(own.map((sample) => sample.delivered));
      return rowOf(`${way}-${load.key}`, group, way, own, endsAlone(alike, kind), delivered);
    });
  });
}

function httpRows({ http }: Samples): ThroughputRow[] {
  const group = "HTTP, a connection a request: ns of the director's CPU a request";
  return waysIn(http).map(({ way, kind }) => {
    const own = http.filter((sample) => sample.way === way);
    return rowOf(`${way}-http`, group, way, own, endsAlone(http, kind), 1);
  });
}

function endsAlone<Sample extends { way: Way; kind: Kind }>(samples: readonly Sample[], kind: Kind): Sample[] {
  return samples.filter((sample) => sample.way === 'none' && sample.kind === kind);
}

type Timed = readonly { readonly ns: number }[];

function rowOf(key: string, group: string, way: Way, own: Timed, ends: Timed, delivered: number): ThroughputRow {
  const [gross, empty] = [own.map(({ ns }) => ns), ends.map(({ ns }) => ns)];
  return { key, group, label: WAY_LABELS[way], net: netOf(gross, empty, minimum(empty)), gross, empty, delivered };
}

function ratesOf({ rates }: Samples): Rate[] {
  return SITES.flatMap(([way]) =>
    [1, 2].flatMap((cpus) => {
      const own = rates.filter((sample) => sample.way === way && sample.cpus === cpus).map(({ rate }) => rate);
      return own.length === 0 ? [] : [{ way, cpus, best: Math.max(...own), median: median(own) }];
    }),
  );
}
