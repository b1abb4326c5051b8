// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceKey } from '../../src/model/types.js';
import { RECORDED } from '../schedulers/recorded.js';
import type { Client } from '../schedulers/recorded.js';
import { ipvsadm, tcp, udp } from './commands.js';
import { Director } from './director.js';

/** Those of picks that depend on nothing but commands and the picks before. */
const scenarios = RECORDED.filter(({ file }) => file === 'seq-rr' || file === 'seq-wrr');

for (const { file, name, steps } of scenarios) {
  test(`the order is as recorded: ${file}: ${name}`, () => {
    const director = new Director();
    for (const step of steps) {
      if (step.kind === 'command') director.run(ipvsadm(`ipvsadm ${step.line}`));
      else if (step.kind === 'open')
        open(director, step.protocol === 'udp' ? udp(step.virtual) : tcp(step.virtual), step.clients);
    }
  });
}

function open(director: Director, virtual: ServiceKey, clients: readonly Client[]): void {
  for (const { client, pick } of clients) {
    const picked = director.pick(virtual);
    assert.equal(picked === undefined ? 'none' : `rs${picked}`, pick, client);
  }
}

test('there are recordings of both schedulers', () => {
  assert.deepEqual(new Set(scenarios.map(({ file }) => file)), new Set(['seq-rr', 'seq-wrr']));
});
