// SPDX-License-Identifier: Apache-2.0
/**
 * The metrics page. Everything is told from one look, into metrics made for this page alone: nothing of a service that is
 * gone is left over, two scrapes at once do not meet, and memory does not grow.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { CONNECTIONS } from './families/connections.js';
import { DIRECTOR } from './families/director.js';
import { single, type Family, type FamilyHeader, type Sample } from './families/family.js';
import { NODE_EXPORTER } from './families/node_exporter.js';
import { REAL_SERVERS } from './families/real_servers.js';
import { SERVICES } from './families/services.js';
import { look, type Look } from './look.js';
import type { Source } from './source.js';
import { tell } from './told.js';

const FAMILIES: readonly Family[] = [...DIRECTOR, ...CONNECTIONS, ...SERVICES, ...REAL_SERVERS, ...NODE_EXPORTER];

const SCRAPE_DURATION: FamilyHeader = {
  name: 'xdpvs_scrape_duration_seconds',
  type: 'gauge',
  help: 'Time that reading the maps and printing all other metrics of this page took.',
  labels: [],
};

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Prometheus' text format. `now` is in milliseconds. */
export async function renderMetrics(source: Source, now: () => number = () => performance.now()): Promise<string> {
  const start = now();
  const page = await print(FAMILIES, look(source));
  const seconds = (now() - start) / 1000;
  return `${page}\n${await printFamily(SCRAPE_DURATION, single(seconds))}`;
}

/** One family after the other, so that the values of only one are in memory, and a signal need not wait for all. */
async function print(families: readonly Family[], told: Look): Promise<string> {
  const pages: string[] = [];
  for (const family of families) {
    // A family without samples is left out; prom-client would make a 0 of one that has no labels.
    const samples = [...family.samples(told)];
    if (samples.length > 0) pages.push(await printFamily(family, samples));
    await othersFirst();
  }
  return pages.join('\n');
}

async function printFamily(family: FamilyHeader, samples: readonly Sample[]): Promise<string> {
  const registry = new Registry();
  tell(family, samples, registry);
  return registry.metrics();
}
