// SPDX-License-Identifier: Apache-2.0
/** Random commands and packets: the real object and the model of IPVS are told the same, and pick the same each time. */
import assert from 'node:assert/strict';

import { Random } from '../image/random.js';
import { directorTest } from '../support/director.js';
import type { Director } from '../support/director.js';
import { MODULES } from './ipvs/service.js';
import type { Predictable } from './ipvs/service.js';
import { Player } from './player.js';
import { ToldIpvs } from './told.js';

const VIRTUAL = '10.9.0.1:80';
const SERVERS = 8;
const STEPS = 60;
const SEEDS = Number(process.env['SEEDS'] ?? 12);

const WEIGHTS: readonly (readonly number[])[] = [
  [1],
  [0, 1, 2, 3],
  [0, 1, 2, 5, 10, 100],
  [2, 4, 6, 10],
  [1, 3, 70_000, 1_000_000, 2_147_483_647],
];

const FLAGS: Readonly<Partial<Record<Predictable, readonly string[]>>> = {
  sh: ['', ' -b sh-port', ' -b sh-fallback', ' -b sh-port,sh-fallback'],
  mh: ['', ' -b mh-port', ' -b mh-fallback', ' -b mh-port,mh-fallback'],
};

const SCHEDULERS = Object.keys(MODULES) as Predictable[];

class Pair {
  readonly ipvs = new ToldIpvs();
  readonly player: Player;
  readonly history: string[] = [];
  readonly #random: Random;
  readonly #weights: readonly number[];
  readonly #isLimited: boolean;
  readonly #added = new Set<number>();
  readonly #open: string[] = [];
  readonly #closed: string[] = [];
  #clients = 0;

  constructor(
    readonly director: Director,
    scheduler: Predictable,
    seed: number,
  ) {
    this.player = new Player(director, VIRTUAL);
    this.#random = new Random(seed);
    this.#weights = this.#random.pick(WEIGHTS);
    this.#isLimited = seed % 2 === 1;
    this.#tell(`-A -t ${VIRTUAL} -s ${scheduler}${this.#flags(scheduler)}`);
    for (let count = 0; count < 3; count++) this.#changeServer();
  }

  step(): void {
    const choice = this.#random.below(16);
    if (choice < 7) this.#openSome(1 + this.#random.below(5));
    else if (choice < 10) this.#closeOne();
    else if (choice < 12) this.#reopenOne();
    else if (choice < 15) this.#changeServer();
    else this.#changeService();
  }

  #openSome(count: number): void {
    for (let each = 0; each < count; each++) {
      const client = `10.1.${this.#random.below(200)}.${1 + this.#random.below(250)}:${20_000 + this.#clients++}`;
      if (this.#pick(client) !== 'none') this.#open.push(client);
    }
  }

  #closeOne(): void {
    const client = this.#open.splice(this.#random.below(this.#open.length || 1), 1)[0];
    if (client === undefined) return;
    this.history.push(`reset ${client}`);
    this.player.reset(client);
    (this.ipvs.service.close(client) ? this.#closed : this.#open).push(client);
  }

  /** The closed connection ends when the new one was scheduled. */
  #reopenOne(): void {
    const client = this.#closed.splice(this.#random.below(this.#closed.length || 1), 1)[0];
    if (client !== undefined && this.#pick(client) !== 'none') this.#open.push(client);
  }

  #changeServer(): void {
    const number = 1 + this.#random.below(SERVERS);
    const address = `192.168.1.${number}:80`;
    const settings = `-g -w ${this.#random.pick(this.#weights)}${this.#limits()}`;
    if (!this.#added.has(number)) {
      this.#added.add(number);
      this.#tell(`-a -t ${VIRTUAL} -r ${address} ${settings}`);
    } else if (this.#random.below(3) > 0) {
      this.#tell(`-e -t ${VIRTUAL} -r ${address} ${settings}`);
    } else {
      this.#added.delete(number);
      this.#tell(`-d -t ${VIRTUAL} -r ${address}`);
    }
  }

  #changeService(): void {
    const scheduler = this.#random.pick(SCHEDULERS);
    this.#tell(`-E -t ${VIRTUAL} -s ${scheduler}${this.#flags(scheduler)}`);
  }

  #flags(scheduler: Predictable): string {
    return this.#random.pick(FLAGS[scheduler] ?? ['']);
  }

  #limits(): string {
    if (!this.#isLimited || this.#random.below(3) === 0) return '';
    const upper = 1 + this.#random.below(6);
    return this.#random.below(2) === 0 ? ` -x ${upper}` : ` -x ${upper} -y ${1 + this.#random.below(upper)}`;
  }

  #tell(line: string): void {
    this.history.push(line);
    this.director.run(line);
    this.ipvs.tell(line);
  }

  #pick(client: string): string {
    const address = this.ipvs.service.open(client);
    const expected = address === undefined ? 'none' : `rs${address.split('.').at(-1)}`;
    this.history.push(`open ${client} ${expected}`);
    assert.equal(this.player.open(client), expected, this.history.join('\n'));
    return expected;
  }
}

const test = directorTest();

for (const scheduler of SCHEDULERS) {
  test(`random commands and connections go as in IPVS, from ${scheduler} on`, [], (director) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      director.begin([]);
      const pair = new Pair(director, scheduler, seed);
      for (let step = 0; step < STEPS; step++) pair.step();
    }
  });
}
