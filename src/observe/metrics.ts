// SPDX-License-Identifier: Apache-2.0
/**
 * The metrics page. Everything is told from one look: nothing of a service that is gone is left over, two scrapes at once do
 * not meet, and memory does not grow.
 */
import { performance } from 'node:perf_hooks';
import { expose, exposeOne } from './exposition.js';
import { CONNECTIONS } from './families/connections.js';
import { DIRECTOR } from './families/director.js';
import type { Family, FamilyHeader } from './families/family.js';
import { NODE_EXPORTER } from './families/node_exporter.js';
import { REAL_SERVERS } from './families/real_servers.js';
import { SERVICES } from './families/services.js';
import { look } from './look.js';
import type { Source } from './source.js';

const FAMILIES: readonly Family[] = [...DIRECTOR, ...CONNECTIONS, ...SERVICES, ...REAL_SERVERS, ...NODE_EXPORTER];

const SCRAPE_DURATION: FamilyHeader = {
  name: 'xdpvs_scrape_duration_seconds',
  type: 'gauge',
  help: 'Time that reading the maps and printing all other metrics of this page took.',
  labels: [],
};

/**
 * Pieces of the page. All is read before the first, so what throws throws then; the others are made as they are asked for.
 * `now` is in milliseconds.
 */
export function metricsPage(source: Source, now: () => number = () => performance.now()): AsyncIterable<string> {
  const start = now();
  const told = look(source);
  return (async function* () {
    yield* expose(FAMILIES, told);
    yield await exposeOne(SCRAPE_DURATION, ['', (now() - start) / 1000]);
  })();
}
