// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ipvsadm, tcp, udp } from './commands.js';
import { Director } from './director.js';

interface Scenario {
  readonly scheduler: string;
  readonly name: string;
  /** Lines of ipvsadm, or `open tcp ADDRESS:PORT SERVER`: a new connection and the real server it went to, or `none`. */
  readonly steps: readonly string[];
}

/** Recorded from Linux 6.1's IPVS. The working directory of tests is the project's. */
const scenarios = JSON.parse(readFileSync('test/reference/sched.json', 'utf8')) as Scenario[];

for (const { scheduler, name, steps } of scenarios) {
  test(`${scheduler} picks as recorded: ${name}`, () => {
    const director = new Director();
    for (const [index, step] of steps.entries()) {
      if (step.startsWith('ipvsadm ')) director.run(ipvsadm(step));
      else assert.equal(opened(director, step), step, `step ${index + 1} of ${steps.length}`);
    }
  });
}

function opened(director: Director, step: string): string {
  const [, protocol, virtual] = step.split(' ') as [string, string, string, string];
  const pick = director.pick(protocol === 'udp' ? udp(virtual) : tcp(virtual));
  return `open ${protocol} ${virtual} ${pick === undefined ? 'none' : `rs${pick}`}`;
}

test('there are recordings of both schedulers', () => {
  assert.deepEqual([...new Set(scenarios.map((scenario) => scenario.scheduler))], ['rr', 'wrr']);
});
