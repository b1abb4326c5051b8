// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scheduler } from '../../src/model/types.js';
import { addServer, addService, deleteServer, editServer, editService, server, tcp } from './commands.js';
import { Director } from './director.js';
import { KernelService } from './kernel.js';
import { Random } from './random.js';

const WEB = tcp('192.0.2.80:80');
const SERVERS = 6;
const SMALL = [0, 0, 1, 1, 2, 3, 4, 6, 10];
const LARGE = [0, 1, 7, 100, 65535, 1_000_000, 2_147_483_646, 2_147_483_647];

type RoundRobin = Extract<Scheduler, 'rr' | 'wrr'>;

/** A director and the kernel, told the same. */
class Pair {
  readonly director = new Director();
  readonly kernel: KernelService;
  readonly added = new Set<number>();
  readonly history: string[] = [];

  constructor(
    scheduler: RoundRobin,
    readonly random: Random,
    readonly weights: readonly number[],
  ) {
    this.kernel = new KernelService(scheduler);
    this.director.run(addService(WEB, scheduler));
  }

  step(): void {
    const choice = this.random.below(12);
    if (choice < 5) this.pick(this.random.below(choice === 0 ? 40 : 4));
    else if (choice < 11) this.command(this.random.below(SERVERS) + 1);
    else this.editService(this.random.pick(['rr', 'wrr'] as const));
  }

  command(name: number): void {
    const address = server(`10.0.0.${name}:80`, this.random.pick(this.weights));
    if (!this.added.has(name)) {
      this.history.push(`-a ${name} -w ${address.weight}`);
      this.added.add(name);
      this.kernel.add(name, address.weight);
      this.director.run(addServer(WEB, address));
    } else if (this.random.below(3) > 0) {
      this.history.push(`-e ${name} -w ${address.weight}`);
      this.kernel.edit(name, address.weight);
      this.director.run(editServer(WEB, address));
    } else {
      this.history.push(`-d ${name}`);
      this.added.delete(name);
      this.kernel.delete(name);
      this.director.run(deleteServer(WEB, address));
    }
  }

  editService(scheduler: RoundRobin): void {
    this.history.push(`-E -s ${scheduler}`);
    this.kernel.bind(scheduler);
    this.director.run(editService(WEB, { scheduler, onePacket: this.random.below(2) === 0 }));
  }

  pick(count: number): void {
    for (let index = 0; index < count; index++) {
      const [got, expected] = [this.director.pick(WEB), this.kernel.schedule()];
      this.history.push(`pick ${expected}`);
      assert.equal(got, expected, `${this.history.join('; ')}: got ${got}`);
    }
  }
}

for (const [name, weights] of [
  ['small', SMALL],
  ['large', LARGE],
] as const) {
  for (const scheduler of ['rr', 'wrr'] as const) {
    test(`random commands with ${name} weights and picks between them go as in the kernel, from ${scheduler} on`, () => {
      for (let seed = 1; seed <= 60; seed++) {
        const pair = new Pair(scheduler, new Random(seed), weights);
        for (let step = 0; step < 40; step++) pair.step();
      }
    });
  }
}

test('an edit that changes nothing sends wrr back to the head of the list, as in the kernel', () => {
  const pair = new Pair('wrr', new Random(1), [1]);
  for (const name of [1, 2, 3]) pair.command(name);
  pair.pick(2);

  pair.kernel.edit(2, 1);
  pair.director.run(editServer(WEB, server('10.0.0.2:80', 1)));

  pair.pick(7);
});

test('a service compiled anew without the commands that made it leaves its scheduling where it stands', () => {
  const pair = new Pair('wrr', new Random(1), [1, 2, 3]);
  for (const name of [1, 2, 3]) pair.command(name);
  pair.pick(2);

  assert.deepEqual(
    pair.director.plan((state) => structuredClone(state), false),
    [],
  );
});

test('real servers restored at once are picked as if added one by one', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const pair = new Pair('wrr', new Random(seed), SMALL);
    const servers = [1, 2, 3, 4].map((name) => server(`10.0.0.${name}:80`, pair.random.pick(SMALL)));
    servers.forEach((each, index) => pair.kernel.add(index + 1, each.weight));
    pair.director.run((state) => servers.reduce((next, each) => addServer(WEB, each)(next), state));
    pair.pick(30);
  }
});

test('thousands of real servers with weights up to the largest take few levels', () => {
  const director = new Director({ services: 1, servers: 3000, members: 3000, levels: 8, slots: 12000 });
  const kernel = new KernelService('wrr');
  const weights = [2_147_483_647, 2_000_000_000, 3, 1];
  const servers = Array.from({ length: 3000 }, (_, index) =>
    server(`10.1.${index >> 8}.${index & 255}:80`, weights[index % weights.length]!),
  );
  director.run(addService(WEB, 'wrr', { realServers: [...servers].reverse() }));
  servers.forEach((each, index) => kernel.add(index, each.weight));

  for (let pick = 0; pick < 20_000; pick++) {
    const { address } = director.record(director.schedule(WEB)!);
    assert.equal(address[2]! * 256 + address[3]!, kernel.schedule(), `pick ${pick}`);
  }
});

test('the last level of a cycle is reached and the cycle begins again', () => {
  const director = new Director();
  director.run(addService(WEB, 'wrr'));
  director.run(addServer(WEB, server('10.0.0.1:80', 2_147_483_647)));
  director.run(addServer(WEB, server('10.0.0.2:80', 1)));
  const { cycle, number, origin } = director.value(WEB)!;
  assert.equal(cycle, 2_147_483_648n);

  director.cursors.set(number, origin + cycle - 2n);
  const around = [1, 2, 3, 4].map(() => director.pick(WEB));

  director.cursors.set(number, origin);
  const fresh = [1, 2].map(() => director.pick(WEB));
  assert.deepEqual(around.slice(2), fresh);
});
