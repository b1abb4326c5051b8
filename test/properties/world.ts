// SPDX-License-Identifier: Apache-2.0
/** Some virtual services and clients of a director, beside a model of IPVS that is told the same. */
import assert from 'node:assert/strict';

import { formatAddress } from '../../src/model/address.js';
import { serviceId } from '../../src/model/service_id.js';
import type { ServiceReading } from '../../src/director/observations.js';
import type { Random } from '../image/random.js';
import { FROM_CLIENT, fromServer, serverOf } from '../packets/scene.js';
import type { Director } from '../support/director.js';
import { ethernet, parseFrame, tcp, udp } from '../support/frames.js';
import { Clock } from './ipvs/clock.js';
import { endpoint } from './ipvs/endpoints.js';
import { Ipvs } from './ipvs/ipvs.js';
import type { Packet } from './ipvs/ipvs.js';
import type { InForce } from './ipvs/settings.js';
import { Lines } from './lines.js';
import type { Kind } from './lines.js';

const CLIENTS = 9;
/** Few, so that connections are met again. */
const PORTS = 4;

/** What clients send, the likelier the oftener. */
const FLAGS: readonly string[] = [
  ...['SYN', 'SYN', 'SYN', 'SYN', 'SYN', 'ACK', 'ACK', 'ACK', 'FIN ACK', 'FIN ACK', 'RST', 'RST ACK'],
  ...['SYN ACK', 'SYN RST', 'FIN', 'PSH ACK', ''],
];
const REPLIES: readonly string[] = ['SYN ACK', 'SYN ACK', 'ACK', 'ACK', 'FIN ACK', 'RST', 'RST ACK', 'FIN', ''];

export class World {
  readonly ipvs: Ipvs;
  readonly history: string[] = [];
  readonly #lines: Lines;

  constructor(
    readonly director: Director,
    readonly number: number,
    readonly kind: Kind,
    readonly random: Random,
    settings: InForce,
  ) {
    this.ipvs = new Ipvs(new Clock(), settings);
    this.#lines = new Lines(number, kind, random);
    this.#begin();
  }

  /** After -C. */
  beginAgain(): void {
    this.history.push('-C');
    this.ipvs.tell('-C');
    this.#begin();
  }

  #begin(): void {
    for (const line of this.#lines.begin()) this.#tell(line);
  }

  /** Nothing, while it is hard to say whether something is over by now. */
  step(): void {
    if (this.isDoubtfulNow) return;
    const choice = this.random.below(20);
    if (choice < 2) this.#tell(this.#lines.next());
    else if (choice < 6) this.#reply();
    else if (choice < 9 && this.#hasCallers) this.#call();
    else this.#send();
  }

  /** Timeouts have changed: they hold for a connection from its next packet on, of replies not always the next. */
  refresh(): void {
    for (const { protocol, client, virtual, isMasqueraded } of [...this.ipvs.connections.values()]) {
      if (this.isDoubtfulNow) return;
      const flags = protocol === 'tcp' ? ['ACK'] : [];
      if (isMasqueraded)
        this.#send({ protocol, client, virtual, mark: this.#lines.target().mark, flags, call: undefined });
    }
  }

  #tell(line: string): void {
    this.history.push(line);
    this.director.run(line);
    this.ipvs.tell(line);
  }

  #send(packet = this.#packet()): void {
    const { protocol, client, virtual, flags } = packet;
    const expected = this.ipvs.request(packet);
    const sent = protocol === 'tcp' ? tcp(client, virtual, flags.join(' ')) : udp(client, virtual, messageOf(packet));
    const { outcome, frame } = this.director.receive(ethernet(sent, FROM_CLIENT));
    const got = outcome.startsWith('FORWARDED_') ? `${serverOf(parseFrame(frame).to)}` : (WORDS[outcome] ?? outcome);
    this.#compare(
      `${protocol} ${client} > ${virtual} ${flags.join(' ')}${packet.call ?? ''}`,
      got,
      /[.:]/.test(expected) ? numberOf(expected) : expected,
    );
  }

  #packet(): Packet {
    const { protocol, address, ports, mark } = this.#lines.target();
    const port = this.random.pick(ports);
    const source = 20_000 + ports.indexOf(port) * 100 + this.random.below(PORTS);
    const client = this.#lines.client(this.random.below(CLIENTS), source + (protocol === 'udp' ? 50 : 0));
    const virtual = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    const flags = protocol === 'tcp' ? this.random.pick(FLAGS).split(' ').filter(Boolean) : [];
    const call = protocol === 'udp' ? this.random.pick(CALLS) : undefined;
    return { protocol, client, virtual, mark, flags, call };
  }

  get #hasCallers(): boolean {
    const { hasEngine, method, reach } = this.kind;
    return hasEngine && method === '-m' && reach === 'port';
  }

  /** A real server sends to where clients of ours may be. */
  #call(): void {
    const real = this.#lines.realServer();
    const { client, call } = { ...this.#packet(), call: this.random.pick(CALLS) };
    const expected = this.ipvs.fromServer(real, client, call);
    const from = fromServer(Number(numberOf(endpoint(real).address)));
    const { outcome } = this.director.receive(ethernet(udp(real, client, messageOf({ call })), from), 'farm');
    this.#compare(`call ${real} > ${client} ${call ?? ''}`, outcome === 'REPLIED_MASQUERADE', expected);
  }

  /** Of a connection that there is, or was until lately. */
  #reply(): void {
    if (this.kind.method !== '-m') return;
    const connections = [...this.ipvs.connections.values()];
    if (connections.length === 0) return;
    const { protocol, client, real } = this.random.pick(connections);
    const flags = this.random.pick(REPLIES);
    const expected = this.ipvs.reply(protocol, real, client, flags.split(' ').filter(Boolean));
    const sent = protocol === 'tcp' ? tcp(real, client, flags) : udp(real, client, '');
    const from = fromServer(Number(numberOf(endpoint(real).address)));
    const { outcome } = this.director.receive(ethernet(sent, from), 'farm');
    this.#compare(`${protocol} ${real} > ${client} ${flags}`, outcome === 'REPLIED_MASQUERADE', expected);
  }

  #compare(what: string, got: unknown, expected: unknown): void {
    this.history.push(`${what}: ${String(expected)}`);
    assert.equal(got, expected, this.#story());
  }

  #story(): string {
    return [`world ${this.number}: ${JSON.stringify(this.kind)}`, ...this.history].join('\n');
  }

  /** `listed`: of all connections of the director; `services`: by serviceId. */
  compare(
    listed: readonly { text: string; secondsLeft: number }[],
    services: ReadonlyMap<string, ServiceReading>,
  ): void {
    const expected = this.ipvs.listed().sort((a, b) => (a.text < b.text ? -1 : 1));
    const got = listed.filter(({ text }) => this.#lines.isOurs(text)).sort((a, b) => (a.text < b.text ? -1 : 1));
    assert.deepEqual(
      got.map(({ text }) => text),
      expected.map(({ text }) => text),
      this.#story(),
    );
    for (const [index, { text, least, left, most }] of expected.entries()) {
      const { secondsLeft } = got[index]!;
      const isRight = secondsLeft <= most + 1 && secondsLeft >= least - 2;
      assert.ok(isRight, `${text}: ${secondsLeft} s left, not ${left}\n${this.#story()}`);
    }
    for (const { key, scheduled } of this.ipvs.services.all.values()) {
      const { realServers } = services.get(serviceId(key))!;
      assert.deepEqual(
        realServers.map(({ realServer, load }) => [
          formatAddress(realServer.address),
          load.active,
          load.inactive,
          load.persistent,
        ]),
        scheduled.destinations.map(({ address, active, inactive, persistent }) => [
          address,
          active,
          inactive,
          persistent,
        ]),
        this.#story(),
      );
    }
  }

  /** Seconds after which there is no doubt of what is left, or 0. */
  chooseLeap(): number {
    if (this.isDoubtfulNow) return 0;
    const leaps = Array.from({ length: 40 }, () => 5 + this.random.below(90));
    return leaps.find((seconds) => !this.#isDoubtful(seconds, seconds + SETTLED_S)) ?? 0;
  }

  /** What is over counts until the sweeper has been there. */
  get isDoubtfulNow(): boolean {
    return this.#isDoubtful(0, 0) || this.ipvs.sinceLastEnd < SWEPT_S;
  }

  /**
   * Whether between two moments from now on something ends, as far as is known; or until then a template and connections of
   * it: time that goes by in one leap does not tell which of them ended first.
   */
  #isDoubtful(from: number, until: number): boolean {
    return (
      this.ipvs.listed().some(({ least, most }) => most >= from - 1 && least <= until + 1) ||
      this.ipvs.endTogether(until) ||
      this.ipvs.isHaunted
    );
  }
}

/** Until the sweeper has been everywhere and all is compared. */
const SETTLED_S = 5;
/** A round of the sweeper takes 2.6, and more on a machine that is busy. */
const SWEPT_S = 4;

function numberOf(address: string): string {
  return address.split(/[.:]/).at(-1)!;
}

/** Few, so that calls are met again. */
const CALLS = ['a@pc', 'b@pc', 'b@pc2', undefined] as const;

function messageOf({ call }: Pick<Packet, 'call'>): string {
  return call === undefined ? '' : `INVITE\r\nCall-ID: ${call}\r\n\r\n`;
}

const WORDS: Readonly<Record<string, string>> = {
  NO_REAL_SERVER: 'none',
  REAL_SERVER_REMOVED: 'removed',
  NO_CONNECTION: 'passed',
  NOT_A_SERVICE: 'passed',
  NO_CALL_ID: 'dropped',
};
