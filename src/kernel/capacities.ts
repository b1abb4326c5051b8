// SPDX-License-Identifier: Apache-2.0
/** How large the maps are made. They cannot grow afterwards. */
import type { MapName } from '../abi/generated.js';
import { INTERFACE_COUNT, OUTCOMES_PER_CPU } from './sizes.js';

export interface Capacities {
  /** Lines of 64 bytes, a power of two; a masqueraded connection takes two. */
  readonly connections: number;
  readonly servers: number;
  readonly services: number;
}

export const DEFAULT_CAPACITIES: Capacities = { connections: 2 ** 20, servers: 16_384, services: 4096 };

/** The connection table is mapped whole, by a length of 32 bits. */
const MOST_CONNECTIONS = 2 ** 25;
const MOST_OTHERS = 2 ** 20;

/** Room for a few tables of mh, however few real servers there are. */
const LEAST_SLOTS = 2 ** 16;

/** A masqueraded connection has two lines. */
const CONNECTIONS_PER_FTP_CONTROL = 4;

/** A template and its first connection. Where a call is a template alone (--ops), half the table can be full of them. */
const CONNECTIONS_PER_CALL = 2;

/** Throws RangeError with a sentence for the user. */
export function checkCapacities({ connections, servers, services }: Capacities): void {
  if (!Number.isInteger(Math.log2(connections)) || connections < 64 || connections > MOST_CONNECTIONS)
    throw new RangeError(`connections must be a power of two from 64 to ${MOST_CONNECTIONS}, not ${connections}`);
  for (const [name, value] of Object.entries({ servers, services })) {
    if (!Number.isInteger(value) || value < 1 || value > MOST_OTHERS)
      throw new RangeError(`${name} must be from 1 to ${MOST_OTHERS}, not ${value}`);
  }
}

/**
 * Members, levels and slots of a service are written anew beside those in use before the service is switched to them:
 * hence twice as many. A wrr service of n different weights has n levels and up to n * (n + 1) / 2 slots; a service of dh or
 * sh has 256 slots, of mh 4,093.
 */
export function maxEntries(
  { connections, servers, services }: Capacities,
  cpus: number,
): Partial<Record<MapName, number>> {
  return {
    connections,
    controls: connections,
    services,
    cursors: services,
    service_records: services,
    real_servers: servers,
    server_records: servers,
    next_hops: servers,
    loads: servers,
    estimates: servers,
    traffic: cpus * servers,
    outcomes: cpus * OUTCOMES_PER_CPU,
    members: 2 * servers,
    schedule_levels: 2 * servers,
    schedule_slots: Math.max(64 * servers, LEAST_SLOTS),
    interfaces: INTERFACE_COUNT,
    errands: cpus,
    openings: cpus,
    calling_servers: servers,
    call_works: cpus,
    call_ids: Math.max(connections / CONNECTIONS_PER_CALL, 64),
    ftp_works: cpus,
    ftp_controls: Math.max(connections / CONNECTIONS_PER_FTP_CONTROL, 64),
    locality_drafts: cpus,
    answer_budgets: cpus,
  };
}
