// SPDX-License-Identifier: Apache-2.0
/** A connection table of 16 lines: less than the window of a search, so all of it is looked at. */
import assert from 'node:assert/strict';

import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, parseFrame, tcp } from '../support/frames.js';
import { FROM_CLIENT, IPV4, fromServer, serverOf, services } from './scene.js';

const test = directorTest({ connections: 16 });
const { virtual, real } = IPV4;

function send(director: Director, port: number, flags: string): Seen {
  return director.receive(ethernet(tcp(`10.1.0.2:${port}`, virtual, flags), FROM_CLIENT));
}

function establish(director: Director, ports: readonly number[]): void {
  for (const port of ports) {
    send(director, port, 'SYN');
    send(director, port, 'ACK');
  }
}

const FEW = [1, 2, 3, 4];
const MANY = Array.from({ length: 400 }, (_, index) => 1000 + index);

test('a SYN flood takes the place of half-open connections only', services(virtual, real, '-g'), (director) => {
  establish(director, FEW);
  for (const port of MANY) assert.equal(send(director, port, 'SYN').action, 'REDIRECT');

  const established = director.connections().filter((line) => line.includes('ESTABLISHED'));
  assert.deepEqual(
    established,
    FEW.map((port) => `TCP ESTABLISHED 10.1.0.2:${port} ${virtual} ${real}`),
  );
  for (const port of FEW) assert.equal(send(director, port, 'ACK').outcome, 'FORWARDED_DIRECT_ROUTE');
  assert.ok(director.connections().length <= 16);
  assert.equal(director.load(), `${director.connections().length}/0`, 'who was given up is not counted');
});

test('NAT: a SYN flood leaves established connections their replies', services(virtual, real, '-m'), (director) => {
  establish(director, [1, 2]);
  for (const port of MANY) send(director, port, 'SYN');
  for (const port of [1, 2]) {
    assert.equal(send(director, port, 'ACK').outcome, 'FORWARDED_MASQUERADE');
    const reply = ethernet(tcp(real, `10.1.0.2:${port}`, 'ACK'), fromServer());
    assert.equal(director.receive(reply, 'farm').outcome, 'REPLIED_MASQUERADE');
  }
  assert.equal(director.load(), `${director.connections().length}/0`);
});

for (const method of ['-g', '-i']) {
  test(
    `${method}: a table full of established connections forwards without remembering, each client always to one server`,
    [...services(virtual, real, method).slice(0, 2), `-a -t ${virtual} -r 192.168.1.2 ${method}`],
    (director) => {
      establish(director, MANY);
      const before = director.connections();
      assert.equal(before.length, 16);

      const fresh = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
      const pick = (port: number) => {
        const seen = send(director, port, 'SYN');
        assert.equal(`${seen.action} ${seen.outcome}`, 'REDIRECT FORWARDED_STATELESS');
        return serverOf(parseFrame(seen.frame).to);
      };
      const picked = fresh.map(pick);
      assert.deepEqual(fresh.map(pick), picked);
      assert.deepEqual(new Set(picked), new Set([1, 2]));
      assert.deepEqual(director.connections(), before);
      assert.equal(director.load(), '16/0');
    },
  );
}

test(
  'NAT: a connection that cannot be remembered is dropped, as its reply could not be translated',
  services(virtual, real, '-m'),
  (director) => {
    establish(director, MANY);
    const before = director.connections();
    const refused = MANY.map((port) => send(director, port + 5000, 'SYN')).filter(({ action }) => action === 'DROP');
    assert.ok(refused.length > 0);
    for (const { outcome } of refused) assert.equal(outcome, 'CONNECTION_TABLE_FULL');

    const established = (lines: readonly string[]) => lines.filter((line) => line.includes('ESTABLISHED'));
    assert.deepEqual(established(director.connections()), established(before));
    assert.equal(director.load(), `${director.connections().length}/0`);
  },
);
