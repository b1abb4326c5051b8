// SPDX-License-Identifier: Apache-2.0
/**
 * What Linux 6.1's IPVS did with ICMP errors from every side, by each method and family, and under schedule_icmp and
 * nat_icmp_send. Where it left a packet to the host, or dropped it, nothing but that may become of it here; all else must come out
 * to the byte.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import type { RecordedStep } from './recorded_step.js';
import { assertAsRecorded, setRecorded } from './recorded_step.js';

interface Scenario {
  readonly name: string;
  /** As tools/icmp_reference.ts writes them. */
  readonly steps: readonly (string | RecordedStep)[];
}

const scenarios = JSON.parse(readFileSync('test/reference/icmp.json', 'utf8')) as Scenario[];

/** What other parts of the data plane are for, or what depends on more than the ground of these tests has. */
const NOT_HERE: readonly RegExp[] = [
  /fragment.*(first|second)$/, // of the error itself
  /^error behind hop-by-hop$/,
  /^error in an atomic fragment$/,
  /^on, from the client side with that source$/, // comes back by another device
  /^on, to the vip$/, // IPVS looks whether an address of an interface is meant
];

const test = directorTest();

for (const { name, steps } of scenarios) {
  test(`as recorded: ${name}`, [], (director) => {
    for (const step of steps) {
      if (typeof step !== 'string') assertStep(director, step);
      else if (step.startsWith('$ ')) director.run(step.replace('$ ipvsadm ', ''));
      else setRecorded(director, step);
    }
  });
}

function assertStep(director: Director, step: RecordedStep): void {
  if (!NOT_HERE.some((pattern) => pattern.test(step[0]!))) assertAsRecorded(director, step);
}

test('the recording has every side, method and family', [], () => {
  const names = scenarios.map(({ name }) => name);
  for (const side of ['icmpc', 'icmpr'])
    for (const family of [4, 6])
      for (const method of ['nat', 'dr', 'tun']) assert.ok(names.includes(`${side}-${family}u-${method}`));
});
