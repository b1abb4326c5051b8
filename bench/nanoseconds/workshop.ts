// SPDX-License-Identifier: Apache-2.0
/** Makes what rows measure: directors and textbook balancers of the right size, their connections opened by packets. */
import { macBytes } from '../../src/kernel/address_bytes.js';
import { measureHz, readClock } from '../../src/kernel/clock.js';
import { addon } from '../../src/kernel/addon.js';
import { OBJECT } from '../../src/kernel/load.js';
import { readLinks } from '../../src/kernel/links.js';
import type { Arm, Outcomes } from './director.js';
import { Director, since } from './director.js';
import type { Network } from './network.js';
import { readFrame } from './packet.js';
import type { Series } from './plan.js';
import { SERVERS_MAX } from './plan.js';
import { Restore } from './restore.js';
import type { Wanted } from './state.js';
import { stateOf } from './state.js';
import type { Watch } from './subject.js';
import { Textbook, loadFloors } from './textbook.js';
import type { Traffic } from './traffic.js';
import { ACK, SYN, inOrder } from './traffic.js';

/** Lines for each connection, as entries of the textbook: half of the table in use, and hardly a window is full. */
const LINES_A_CONNECTION = 2;
const FEWEST_LINES = 4096;
/** Of the LRU hash, which recycles before it is full. */
const ENTRIES_A_CONNECTION = 2;

/** The share of connections that may find their windows full, and so of packets that may end otherwise than they should. */
const UNHELD = 0.005;

export interface Opened {
  readonly director: Director;
  /** Of flow n: number n modulo their count. */
  readonly serversByFlow: readonly string[];
}

export class Workshop {
  readonly restore: Restore;
  readonly floors = loadFloors();
  readonly #arms: readonly [Arm, Arm];
  readonly #hz = askHz();

  constructor({ ifindex, farIfindex }: Network) {
    this.restore = new Restore(ifindex);
    const links = readLinks();
    const arm = (index: number): Arm => {
      const mac = links.find((link) => link.ifindex === index)?.address;
      return { ifindex: index, mac: macBytes(mac ?? '') };
    };
    this.#arms = [arm(ifindex), arm(farIfindex)];
  }

  get stationMac(): Uint8Array {
    return this.#arms[0].mac;
  }

  request(service: string, series: Series, changes: Partial<Traffic> = {}): Traffic {
    const family = service.includes(':') ? 6 : 4;
    const common = { direction: 'request', family, services: 1, servers: [], flags: ACK, second: undefined } as const;
    return { ...common, service, series, stationMac: this.stationMac, ...changes };
  }

  /** `lines`: a power of two. */
  director(wanted: Wanted, lines: number): Director {
    const servers = Math.max(64, 2 * wanted.services * wanted.servers.length);
    return new Director(
      { connections: lines, servers, services: 2 * wanted.services, hz: this.#hz },
      this.#arms,
      stateOf(wanted),
    );
  }

  /** A director that knows flows 0 to `connections` - 1 as established. Throws if more than a few of them found no line. */
  established(wanted: Wanted, connections: number, lines = linesFor(wanted, connections)): Opened {
    const director = this.director(wanted, lines);
    const services = connections < wanted.services ? 1 : 2 ** Math.ceil(Math.log2(wanted.services));
    const traffic = (first: number, count: number, flags: number) =>
      this.request(wanted.service, inOrder(first, count), { flags, services });
    const send = (sent: Traffic): Uint8Array => this.restore.run(director.program, sent, sent.series.count).frame;

    const serversByFlow: string[] = [];
    for (let flow = 0; flow < SERVERS_MAX; flow++)
      serversByFlow.push(readFrame(send(traffic(flow, 1, SYN))).destination);
    if (connections > SERVERS_MAX) send(traffic(SERVERS_MAX, connections - SERVERS_MAX, SYN));
    const before = director.outcomes();
    send(traffic(0, connections, ACK));
    const found = since(before, director.outcomes());
    const held = [...found].filter(([name]) => isForwarded(name)).reduce((sum, [, count]) => sum + count, 0);
    if (held < connections * (1 - UNHELD))
      throw new Error(`of ${connections} connections, packets ended as ${describe(found)}`);
    return { director, serversByFlow };
  }

  /** A textbook balancer that knows flows 0 to `connections` - 1. */
  textbook(
    service: string,
    servers: readonly string[],
    connections: number,
    changes: { entries?: number; services?: number } = {},
  ): Textbook {
    const entries = changes.entries ?? Math.max(FEWEST_LINES, ENTRIES_A_CONNECTION * connections);
    const textbook = new Textbook({ connections: entries, service, services: changes.services ?? 1, servers });
    if (connections > 0)
      this.restore.run(textbook.program, this.request(service, inOrder(0, connections), { flags: SYN }), connections);
    if (textbook.opened !== connections)
      throw new Error(`the textbook opened ${textbook.opened} of ${connections} connections`);
    return textbook;
  }

  /** Establishes flows 0 to `connections` - 1 where nothing is known yet. */
  reestablish(director: Director, service: string, connections: number): void {
    for (const flags of [SYN, ACK])
      this.restore.run(director.program, this.request(service, inOrder(0, connections), { flags }), connections);
  }
}

function isForwarded(outcome: string): boolean {
  return outcome.startsWith('FORWARDED_') && outcome !== 'FORWARDED_STATELESS';
}

export function linesFor({ method }: Wanted, connections: number): number {
  const each = LINES_A_CONNECTION * (method === 'masquerade' ? 2 : 1);
  return 2 ** Math.ceil(Math.log2(Math.max(FEWEST_LINES, each * connections * 0.95)));
}

function askHz(): number {
  const { programs, maps } = addon.load({ path: OBJECT.replace('xdpvs.bpf.o', 'clock.bpf.o') });
  const hz = measureHz(() => readClock(programs['read_clock']!));
  for (const fd of [...Object.values(programs), ...Object.values(maps)]) addon.close(fd);
  return hz;
}

export function describe(outcomes: Outcomes): string {
  return [...outcomes].map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing';
}

/** The packets ended in one of these outcomes of the director, but for the few whose connections found no line. */
export function watchOutcomes(director: Director, allowed: readonly string[]): Watch {
  const before = director.outcomes();
  return {
    check(packets) {
      const ended = since(before, director.outcomes());
      const right = allowed.reduce((sum, name) => sum + (ended.get(name) ?? 0), 0);
      if (right < packets * (1 - UNHELD))
        throw new Error(`${packets} packets were to end as ${allowed.join(' or ')}, not as ${describe(ended)}`);
    },
  };
}

/** All packets opened a connection, or none did, but for a few that an LRU keeps or loses out of turn. */
export function watchOpened(textbook: Textbook, share: 0 | 1): Watch {
  const before = textbook.opened;
  return {
    check(packets) {
      const opened = textbook.opened - before;
      if (Math.abs(opened - share * packets) > packets * UNHELD)
        throw new Error(`the textbook opened ${opened} connections for ${packets} packets`);
    },
  };
}

export const UNWATCHED: Watch = { check: () => undefined };
