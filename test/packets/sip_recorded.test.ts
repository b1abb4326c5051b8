// SPDX-License-Identifier: Apache-2.0
/**
 * What Linux 6.1's IPVS did with SIP under `--pe sip`: calls of clients by each method, with masks, --ops, marks, without
 * persistence, in fragments; calls that real servers begin; and commands in between. The connections are compared after each step.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { INTERFACE_CUTS, INTERFACE_SENDS } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { batch } from '../support/director/ground.js';
import type { RecordedStep } from './recorded_step.js';
import { assertAsRecorded, cameIn, sentIn, setRecorded } from './recorded_step.js';

interface Scenario {
  readonly name: string;
  /** As tools/sip_reference.ts writes them. */
  readonly steps: readonly (string | RecordedStep)[];
}

const scenarios = JSON.parse(readFileSync('test/reference/sip.json', 'utf8')) as Scenario[];

const test = directorTest();

/** Of another network, some clients are. */
const WAYS = ['route replace 10.1.9.0/24 via 10.1.0.2', 'route replace fd01:0:0:9::/64 via fd01::2'];

for (const { name, steps } of scenarios) {
  test(`as recorded: ${name}`, [], (director) => {
    batch(WAYS);
    for (const arm of ['lan', 'farm'] as const)
      director.changeInterface(arm, { flags: INTERFACE_CUTS | INTERFACE_SENDS });
    for (const step of steps) take(director, step);
  });
}

function take(director: Director, step: string | RecordedStep): void {
  if (typeof step !== 'string') assertStep(director, step);
  else if (step.startsWith('$ ')) command(director, step.replace('$ ipvsadm ', ''));
  else if (step.startsWith('= ')) setRecorded(director, step);
  else assert.deepEqual(director.connections(), step.slice(2).split(' ; ').filter(Boolean).sort(), `after ${last}`);
}

/** The step that was taken last, for messages. */
let last = '';

/** The recording marked 10.8.N.0/24 with N. */
function command(director: Director, line: string): void {
  const mark = /^-A -f (\d+) /.exec(line)?.[1];
  if (mark !== undefined) director.mark(`-d 10.8.${mark}.0/24 -j MARK --set-mark ${mark}`);
  director.run(line);
}

function assertStep(director: Director, step: RecordedStep): void {
  last = step[0]!;
  const sent = sentIn(step);
  if (sent.length === 1) return assertAsRecorded(director, step);
  // What completes a packet shows that it will be sent; the sender's frames are compared in other tests.
  const outcomes = sent.map(({ frame, arm }) => director.receive(frame, arm));
  for (const { outcome } of outcomes.slice(0, -1)) assert.equal(outcome, 'FRAGMENT_HELD', last);
  const { outcome } = outcomes.at(-1)!;
  const isSent = outcome === 'FORWARDED_MASQUERADE' || outcome === 'REPLIED_MASQUERADE';
  assert.equal(isSent, cameIn(step).length > 0, `${last}: ${outcome}`);
}

test('the recording has calls of both sides, by each method and in both families', [], () => {
  for (const name of ['nat', 'dr', 'tun', 'v6-nat', 'nat-ops', 'marks', 'fragments', 'started-nat', 'started-v6-nat'])
    assert.ok(scenarios.some((scenario) => scenario.name === name));
});
