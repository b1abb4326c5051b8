// SPDX-License-Identifier: Apache-2.0
/** What is counted, not timed: connections that a flood costs, and lines that a connection takes. */
import { MAPS } from '../../src/abi/generated.js';
import { strideOf } from '../../src/abi/codec.js';
import { since } from './director.js';
import type { Wanted } from './state.js';
import { serversFrom } from './state.js';
import { SYN, inOrder, scattered } from './traffic.js';
import type { Workshop } from './workshop.js';

const LINES = 2 ** 16;
export const CONNECTIONS = 10_000;
const FLOOD = 20 * LINES;
const WANTED: Wanted = {
  service: '198.51.100.1',
  services: 1,
  scheduler: 'rr',
  method: 'tunnel',
  servers: serversFrom('10.1.0.1', 8),
};

/** What `--only` knows them by. */
export const FACTS = 'counts';

export interface Facts {
  readonly floodedConnections: number;
  readonly floodSyns: number;
  readonly lostByXdpvs: number;
  readonly lostByTextbook: number;
  readonly bytesOneWay: number;
  readonly bytesNat: number;
  /** As many connections as this share of the table's lines: how many of them found their windows full. */
  readonly unheld: readonly { readonly use: number; readonly connections: number; readonly unheld: number }[];
}

/** Both tables have room for 65,536 connections, know 10,000, and see twenty times their size in SYNs. */
export function countFacts(workshop: Workshop): Facts {
  const flood = workshop.request(WANTED.service, inOrder(2 ** 24, FLOOD), { flags: SYN });
  const known = workshop.request(WANTED.service, scattered(CONNECTIONS));

  const { director } = workshop.established(WANTED, CONNECTIONS, LINES);
  workshop.restore.run(director.program, flood, FLOOD);
  const before = director.outcomes();
  workshop.restore.run(director.program, known, CONNECTIONS);
  const found = since(before, director.outcomes()).get('FORWARDED_TUNNEL') ?? 0;

  const textbook = workshop.textbook(WANTED.service, WANTED.servers, CONNECTIONS, { entries: LINES });
  workshop.restore.run(textbook.program, flood, FLOOD);
  const opened = textbook.opened;
  workshop.restore.run(textbook.program, known, CONNECTIONS);

  return {
    floodedConnections: CONNECTIONS,
    floodSyns: FLOOD,
    lostByXdpvs: CONNECTIONS - found,
    lostByTextbook: textbook.opened - opened,
    bytesOneWay: bytesEach(workshop, WANTED),
    bytesNat: bytesEach(workshop, { ...WANTED, method: 'masquerade' }),
    unheld: [0.25, 0.5, 0.75].map((use) => ({ use, ...countUnheld(workshop, use) })),
  };
}

function bytesEach(workshop: Workshop, wanted: Wanted): number {
  const { director } = workshop.established(wanted, CONNECTIONS);
  return (director.lines() * strideOf(MAPS.connections.valueSize)) / CONNECTIONS;
}

function countUnheld(workshop: Workshop, use: number): { connections: number; unheld: number } {
  const lines = 4 * LINES;
  const connections = use * lines;
  const director = workshop.director(WANTED, lines);
  workshop.reestablish(director, WANTED.service, connections);
  const before = director.outcomes();
  workshop.restore.run(director.program, workshop.request(WANTED.service, scattered(connections)), connections);
  return { connections, unheld: connections - (since(before, director.outcomes()).get('FORWARDED_TUNNEL') ?? 0) };
}
