// SPDX-License-Identifier: Apache-2.0
/** Services and real servers with what was measured of them, as tables and programs are told of them. */
import type { Reading, ServiceReading } from '../../director/observations.js';
import type { RealServer, VirtualService } from '../../model/types.js';
import type { EndpointPattern, ServicePattern } from './pattern.js';
import { matchesEndpoint, matchesService } from './pattern.js';
import type { Measured } from './traffic_columns.js';
import { addLoads } from './traffic_columns.js';

export interface ServiceRow extends Measured {
  readonly service: VirtualService;
}

export interface ServerRow extends Measured {
  readonly service: VirtualService;
  readonly server: RealServer;
}

/** Services stand in the order in which they were added. */
export function chosenServices({ services }: Reading, pattern?: ServicePattern): ServiceReading[] {
  return [...services.values()].filter(({ service }) => !pattern || matchesService(pattern, service.key));
}

export function serviceRow({ service, realServers, counts, rates }: ServiceReading): ServiceRow {
  return { service, load: addLoads(realServers.map(({ load }) => load)), counts, rates: rates() };
}

/** In the order in which they were added; the reading has the last one first, as IPVS does. */
export function serverRows({ service, realServers }: ServiceReading, pattern?: EndpointPattern): ServerRow[] {
  return realServers
    .filter(({ realServer }) => !pattern || matchesEndpoint(pattern, realServer))
    .map(({ realServer, load, counts, rates }) => ({ service, server: realServer, load, counts, rates: rates() }))
    .reverse();
}
