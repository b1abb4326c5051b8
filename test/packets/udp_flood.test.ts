// SPDX-License-Identifier: Apache-2.0
/** Datagrams of spoofed senders against a connection table of 16 lines. */
import assert from 'node:assert/strict';

import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, udp } from '../support/frames.js';
import { FROM_CLIENT, IPV4, fromServer, services } from './scene.js';

const test = directorTest({ connections: 16 });
const { virtual, real } = IPV4;
const FLOOD = Array.from({ length: 400 }, (_, index) => 1000 + index);

function send(director: Director, port: number): Seen {
  return director.receive(ethernet(udp(`10.1.0.2:${port}`, virtual, 'x'), FROM_CLIENT));
}

function reply(director: Director, port: number): Seen {
  return director.receive(ethernet(udp(real, `10.1.0.2:${port}`, 'x'), fromServer()), 'farm');
}

test('who sent twice keeps the line through a flood', services(virtual, real, '-g'), (director) => {
  for (const port of [1, 2, 1, 2]) send(director, port);
  for (const port of FLOOD) assert.equal(send(director, port).outcome, 'FORWARDED_DIRECT_ROUTE');

  const kept = director.connections().filter((line) => /10\.1\.0\.2:[12] /.test(line));
  assert.deepEqual(
    kept,
    [1, 2].map((port) => `UDP UDP 10.1.0.2:${port} ${virtual} ${real}`),
  );
  assert.equal(director.load(), `0/${director.connections().length}`, 'who was given up is not counted');
});

test('who was answered once keeps the line through a flood', services(virtual, real, '-m'), (director) => {
  for (const port of [1, 2]) {
    send(director, port);
    assert.equal(reply(director, port).outcome, 'REPLIED_MASQUERADE');
  }
  for (const port of FLOOD) send(director, port);
  for (const port of [1, 2]) assert.equal(reply(director, port).outcome, 'REPLIED_MASQUERADE');
});

test('who sent once is listed like any other, and lives as long', services(virtual, real, '-g'), (director) => {
  send(director, 1);
  assert.deepEqual(director.connections(), [`UDP UDP 10.1.0.2:1 ${virtual} ${real}`]);
  assert.ok(director.secondsLeft() >= 298);
});
