// SPDX-License-Identifier: Apache-2.0
/**
 * Random commands, packets of clients and of real servers, settings, and time: the real object and a model of IPVS are told
 * the same, and give the same picks, listings and counts. Many worlds live side by side in one director, since time goes by for
 * all of them at once: what has expired leaves the counts as soon as the sweeper comes by.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { snapshotOf } from '../../src/director/snapshot.js';
import { readingOf } from '../../src/director/observations.js';
import { Random } from '../image/random.js';
import { batch, directorTest } from '../support/director.js';
import type { Director } from '../support/director.js';
import { age } from './age.js';
import { InForce } from './ipvs/settings.js';
import { Lines } from './lines.js';
import type { Kind } from './lines.js';
import { World } from './world.js';

const SEED = Number(process.env['SEED'] ?? 1);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const WORLDS = 24;
const STEPS = 60;
/** A round of the sweeper, and some. */
const SWEEP_MS = 3400;

/** To the clients of every world, for real servers that call them. */
const WAYS = [
  'route replace 10.1.0.0/16 via 10.1.0.2',
  ...Array.from({ length: WORLDS }, (_, index) => `route replace fd01::${(index + 1).toString(16)}:0/112 via fd01::2`),
];

const LASTING = ['-A -t 10.9.0.1:1 -s rr', '-A -t [fd09::1]:1 -s rr'];

const test = directorTest({ connections: 8192, servers: 512, services: 64 });

const SETTINGS: readonly (readonly [string, readonly number[]])[] = [
  ['conn_reuse_mode', [0, 1, 2, 3]],
  ['expire_nodest_conn', [0, 0, 1]],
  ['expire_quiescent_template', [0, 1]],
  ['sloppy_tcp', [0, 0, 1]],
  ['secure_tcp', [0, 0, 3]],
  ['timeout.tcp.established', [900, 70]],
  ['timeout.tcp.syn_recv', [60, 25]],
  ['timeout.tcp.close', [10, 35]],
  ['timeout.udp', [300, 55]],
];

function kindOf(number: number, random: Random): Kind {
  const reach = random.pick(['port', 'port', 'port', 'all ports', 'mark'] as const);
  const hasEngine = random.below(3) === 0;
  return {
    family: reach === 'mark' || number % 2 === 0 ? 4 : 6,
    /* Only masqueraded real servers begin calls. */
    method: random.pick(hasEngine ? (['-m', '-m', '-g'] as const) : (['-m', '-g', '-i'] as const)),
    reach,
    isPersistent: random.below(hasEngine ? 2 : 3) === 0,
    hasEngine,
  };
}

function set(director: Director, settings: InForce, random: Random): void {
  for (const [name, values] of SETTINGS) {
    const value = random.pick(values);
    director.set(name, value);
    settings.set(name, value);
  }
}

/** In each world as long as may be; the sweeper then comes by. Gives in how many it was any time at all. */
async function pass(director: Director, worlds: readonly World[]): Promise<number> {
  const seconds = new Map(worlds.map((world) => [world.number, world.chooseLeap()]));
  age(director, seconds);
  for (const world of worlds) world.ipvs.clock.pass(seconds.get(world.number)!);
  await sleep(SWEEP_MS);
  return [...seconds.values()].filter((leap) => leap > 0).length;
}

/** All services go at once, and come again; their connections stay. */
function flush(director: Director, worlds: readonly World[]): void {
  director.run('-C', ...LASTING);
  for (const world of worlds) world.beginAgain();
}

function compare(director: Director, worlds: readonly World[]): void {
  const { services } = readingOf(director.maps, snapshotOf(director.maps), 'load');
  const listed = director.listed();
  for (const world of worlds) if (!world.isDoubtfulNow) world.compare(listed, services);
}

test(`random commands, packets, settings and times go as in IPVS (SEED=${SEED})`, [], async (director) => {
  const random = new Random(SEED);
  const settings = new InForce();
  batch(WAYS);
  director.run(...LASTING);
  director.dataPlane.armSweeper();
  const kinds = Array.from({ length: WORLDS }, (_, index) => kindOf(index + 1, random));
  director.mark(...kinds.flatMap(({ reach }, index) => (reach === 'mark' ? [Lines.ruleOf(index + 1)] : [])));
  const worlds = kinds.map((kind, index) => new World(director, index + 1, kind, random, settings));
  let leaps = 0;
  for (let round = 0; round < ROUNDS; round++) {
    set(director, settings, random);
    for (const world of worlds) world.refresh();
    for (let step = 0; step < STEPS; step++) for (const world of worlds) world.step();
    compare(director, worlds);
    leaps += await pass(director, worlds);
    compare(director, worlds);
    flush(director, worlds);
    compare(director, worlds);
  }
  assert.ok(leaps > (ROUNDS * WORLDS) / 2, `time went by only ${leaps} times`);
});
