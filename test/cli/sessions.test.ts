// SPDX-License-Identifier: Apache-2.0
/**
 * What Debian's ipvsadm 1.31 on Linux 6.1 answered to sessions of command lines, one by hand and the others drawn at random:
 * every option in its long, short and combined forms, IPv4, IPv6 and marks, names of hosts and services, wrong values,
 * synchronisation daemons, and files to restore with comments, blanks and mistakes in them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Console } from './console.js';
import { FileNames } from './file_names.js';

interface Answered {
  readonly program: string;
  readonly words: readonly string[];
  readonly input?: string;
  readonly out: string;
  readonly err: string;
  readonly rc: number;
}

interface Recording {
  readonly hosts: string;
  readonly services: string;
  readonly sessions: readonly (readonly Answered[])[];
}

const { hosts, services, sessions } = JSON.parse(
  readFileSync(new URL('../../../../test/reference/sessions.json', import.meta.url), 'utf8'),
) as Recording;

/** Interfaces of the host where it was recorded. */
const DEVICES = {
  lo: { mtu: 65536, isUp: true, isLoopback: true },
  d0: { mtu: 1500, isUp: true, isLoopback: false },
  d1: { mtu: 1500, isUp: true, isLoopback: false },
  big: { mtu: 9000, isUp: true, isLoopback: false },
  noaddr: { mtu: 1500, isUp: true, isLoopback: false },
  down0: { mtu: 1500, isUp: false, isLoopback: false },
};

function recordedHost(): Console {
  const console = new Console(undefined, new FileNames(services));
  console.names.hosts = hosts;
  for (const [name, device] of Object.entries(DEVICES)) console.backend.devices.set(name, device);
  return console;
}

for (const [index, session] of sessions.entries()) {
  test(`session ${index}: ${session.length} command lines`, () => {
    const console = recordedHost();
    for (const [step, { program, words, input, ...answer }] of session.entries()) {
      const ran = console.run(program, words, input);
      assert.deepEqual(ran, answer, `step ${step}: ${program} ${words.join(' ')}`);
    }
  });
}

test('enough was compared', () => {
  assert.ok(sessions.flat().length > 900);
});
