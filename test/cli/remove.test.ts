// SPDX-License-Identifier: Apache-2.0
/** `xdpvs remove` as typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Fate } from '../../src/cli/remove_command.js';
import { removeCommand } from '../../src/cli/remove_command.js';
import type { State } from '../../src/model/types.js';
import { stateOf } from './show/reading.js';

const STATE = stateOf(
  '-A -t 10.0.0.1:80 -s rr',
  '-a -t 10.0.0.1:80 -r 10.1.0.1 -m',
  '-a -t 10.0.0.1:80 -r 10.1.0.2:8080 -m',
  '-A -u 10.0.0.1:53 -s rr',
  '-a -u 10.0.0.1:53 -r 10.1.0.1 -m',
);

function remove(service: string | undefined, server: string | undefined, connections: Fate) {
  const [out, err, asked]: [string[], string[], string[]] = [[], [], []];
  let state: State = STATE;
  const director = {
    change: (next: (state: State) => State) => void (state = next(state)),
    remove: (next: (state: State) => State, end: string) => {
      state = next(state);
      asked.push(end);
      return 7;
    },
  };
  const say = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const rc = removeCommand(director, { service, server, connections }, say);
  const left = [...state.services].map(([id, { realServers }]) => `${id} ${realServers.length}`);
  return { rc, out, err, asked, left };
}

test('a real server leaves every service, its connections as named', () => {
  assert.deepEqual(remove(undefined, '10.1.0.1', 'reset'), {
    rc: 0,
    out: [
      'removed 10.1.0.1:80 from tcp 10.0.0.1:80',
      'removed 10.1.0.1:53 from udp 10.0.0.1:53',
      '7 connections ended: reset',
    ],
    err: [],
    asked: ['reset'],
    left: ['tcp 10.0.0.1:80 1', 'udp 10.0.0.1:53 0'],
  });
});

test('one real server of one service; keep asks for nothing', () => {
  const { out, asked, left } = remove('tcp 10.0.0.1:80', '10.1.0.2:8080', 'keep');
  assert.deepEqual([out, asked], [['removed 10.1.0.2:8080 from tcp 10.0.0.1:80'], []]);
  assert.deepEqual(left, ['tcp 10.0.0.1:80 1', 'udp 10.0.0.1:53 1']);
});

test('a service', () => {
  const { out, left } = remove('udp 10.0.0.1:53', undefined, 'drop');
  assert.deepEqual(out, ['removed udp 10.0.0.1:53', '7 connections ended: drop']);
  assert.deepEqual(left, ['tcp 10.0.0.1:80 2']);
});

for (const [service, server, rc, message] of [
  [undefined, undefined, 2, 'what is to be removed? give --service, --server, or both'],
  ['tcp 10.0.0.9:80', undefined, 1, 'there is no such service or real server: nothing was changed'],
  ['tcp 10.0.0.1:80', '10.1.0.9', 1, 'there is no such service or real server: nothing was changed'],
] as const) {
  test(`${service} ${server}: ${message}`, () => {
    const seen = remove(service, server, 'reset');
    assert.deepEqual([seen.rc, seen.out, seen.err], [rc, [], [`xdpvs remove: ${message}`]]);
    assert.deepEqual(seen.left, ['tcp 10.0.0.1:80 2', 'udp 10.0.0.1:53 1']);
  });
}
