// SPDX-License-Identifier: Apache-2.0
/** What passed between two readings, a second: quicker than the moving averages that a director keeps. */
import type { Reading } from '../../director/observations.js';
import type { Counts } from '../../image/index.js';
import type { Rates } from '../../observe/counters.js';
import { serviceId } from '../../model/service_id.js';
import type { ServerRow, ServiceRow } from '../show/rows.js';
import { chosenServices, serverRows, serviceRow } from '../show/rows.js';
import type { ServicePattern } from '../show/pattern.js';
import { endpointWord } from '../show/words.js';

export interface Sample {
  /** Milliseconds on any clock. */
  readonly at: number;
  /** By name, in the order in which they were added. */
  readonly services: ReadonlyMap<string, ServiceRow>;
  readonly servers: ReadonlyMap<string, ServerRow>;
}

export function sampleOf(reading: Reading, at: number, pattern?: ServicePattern): Sample {
  const chosen = chosenServices(reading, pattern);
  const services = chosen.map(serviceRow);
  const servers = chosen.flatMap((one) => serverRows(one));
  return {
    at,
    services: new Map(services.map((row) => [serviceId(row.service.key), row])),
    servers: new Map(servers.map((row) => [serverName(row), row])),
  };
}

export function serverName({ service, server }: ServerRow): string {
  return `${serviceId(service.key)} -> ${endpointWord(server)}`;
}

/** `after`, with the rates that it has over `before`; what was not there then keeps the director's own. */
export function between(before: Sample, after: Sample): Sample {
  const seconds = (after.at - before.at) / 1000;
  const rated = <Row extends ServiceRow>(old: ReadonlyMap<string, Row>, now: ReadonlyMap<string, Row>) =>
    new Map(Array.from(now, ([name, row]) => [name, withRates(row, old.get(name), seconds)]));
  return {
    at: after.at,
    services: rated(before.services, after.services),
    servers: rated(before.servers, after.servers),
  };
}

function withRates<Row extends ServiceRow>(row: Row, old: Row | undefined, seconds: number): Row {
  return old && seconds > 0 ? { ...row, rates: ratesBetween(old.counts, row.counts, seconds) } : row;
}

function ratesBetween(before: Counts, after: Counts, seconds: number): Rates {
  // -Z between the two makes less of it.
  const rate = (count: keyof Counts): number => Math.max(0, Number(after[count] - before[count])) / seconds;
  return {
    connections: rate('connections'),
    inPackets: rate('inPackets'),
    outPackets: rate('outPackets'),
    inBytes: rate('inBytes'),
    outBytes: rate('outBytes'),
  };
}
