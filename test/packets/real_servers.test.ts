// SPDX-License-Identifier: Apache-2.0
/** Real servers that are quiesced, removed and added again, under connections that know them. */
import assert from 'node:assert/strict';

import { endpointPattern } from '../../src/cli/show/pattern.js';
import { choiceOf } from '../../src/director/end_connections.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, parseFrame, tcp, udp } from '../support/frames.js';
import { assertDropped, assertSent, assertPassed } from '../support/seen.js';
import { FROM_CLIENT, IPV4, TO_CLIENT, fromServer, serverOf, toServer } from './scene.js';

const test = directorTest();
const { client, virtual, real } = IPV4;

function connect(director: Director, port: number): number {
  const seen = director.receive(ethernet(tcp(`10.1.0.2:${port}`, virtual, 'SYN'), FROM_CLIENT));
  assert.equal(seen.action, 'REDIRECT', seen.outcome);
  return serverOf(parseFrame(seen.frame).to);
}

for (const method of ['-m', '-g', '-i']) {
  const lines = [`-A -t ${virtual} -s rr`, `-a -t ${virtual} -r ${real} ${method}`];

  test(`${method}: a quiesced server keeps its connections and gets no new ones`, lines, (director) => {
    connect(director, 1);
    director.run(`-e -t ${virtual} -r ${real} ${method} -w 0`);

    const old = director.receive(ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT));
    assert.equal(`${old.action} ${serverOf(parseFrame(old.frame).to)}`, 'REDIRECT 1');
    const fresh = director.receive(ethernet(tcp('10.1.0.2:2', virtual, 'SYN'), FROM_CLIENT));
    assert.equal(fresh.outcome, 'NO_REAL_SERVER');
  });

  test(
    `${method}: a removed server's connections are dropped in silence, and live again with it`,
    lines,
    (director) => {
      connect(director, 1);
      director.run(`-d -t ${virtual} -r ${real}`);
      for (const flags of ['ACK', 'SYN'])
        assertDropped(
          director.receive(ethernet(tcp('10.1.0.2:1', virtual, flags), FROM_CLIENT)),
          'REAL_SERVER_REMOVED',
        );
      assert.equal(director.load(), '1/0');

      director.run(`-a -t ${virtual} -r ${real} ${method}`);
      const revived = director.receive(ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT));
      assert.equal(`${revived.action} ${serverOf(parseFrame(revived.frame).to)}`, 'REDIRECT 1');
      assert.deepEqual(director.connections(), [`TCP ESTABLISHED 10.1.0.2:1 ${virtual} ${real}`]);
    },
  );

  test(`${method}: a connection outlives its service, as IPVS's do`, lines, (director) => {
    connect(director, 1);
    director.run('-C', '-A -u 192.0.2.99:53 -s rr');
    assertDropped(director.receive(ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT)), 'REAL_SERVER_REMOVED');
    director.run(...lines);
    const revived = director.receive(ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT));
    assert.equal(revived.action, 'REDIRECT', revived.outcome);
  });

  test(
    `${method}: with the last service gone, the host has its packets back, and a service added again its connections`,
    lines,
    (director) => {
      connect(director, 1);
      director.run('-C');
      const ack = ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT);
      assertPassed(director.receive(ack), 'NOT_A_SERVICE', ack);
      director.run(...lines);
      assert.equal(director.receive(ack).action, 'REDIRECT');
    },
  );
}

test(
  'NAT: replies of a removed server are still translated',
  [`-A -t ${virtual} -s rr`, `-a -t ${virtual} -r ${real} -m`],
  (director) => {
    connect(director, 40001);
    director.run(`-d -t ${virtual} -r ${real}`);
    const reply = ethernet(tcp(real, client, 'SYN ACK'), fromServer());
    const atClient = ethernet(tcp(virtual, client, 'SYN ACK', { ttl: 63 }), TO_CLIENT);
    assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
  },
);

test(
  'a connection keeps the forwarding method it was opened with',
  [`-A -t ${virtual} -s rr`, `-a -t ${virtual} -r ${real} -g`],
  (director) => {
    connect(director, 40001);
    director.run(`-e -t ${virtual} -r ${real} -m`);
    const old = director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
    assertSent(old, 'FORWARDED_DIRECT_ROUTE', ethernet(tcp(client, virtual, 'ACK', { ttl: 63 }), toServer()));
    const fresh = director.receive(ethernet(tcp('10.1.0.2:2', virtual, 'SYN'), FROM_CLIENT));
    assertSent(fresh, 'FORWARDED_MASQUERADE', ethernet(tcp('10.1.0.2:2', real, 'SYN', { ttl: 63 }), toServer()));
  },
);

function picks(director: Director, count: number): string {
  return Array.from({ length: count }, (_, index) => connect(director, 1000 + index)).join('');
}

const three = (scheduler: string, weights: readonly number[]) => [
  `-A -t ${virtual} -s ${scheduler}`,
  ...weights.map((weight, index) => `-a -t ${virtual} -r 192.168.1.${index + 1} -g -w ${weight}`),
];

test('rr goes from the server added last backwards, whatever their weights', three('rr', [1, 5, 2]), (director) => {
  assert.equal(picks(director, 7), '3213213');
});

test(
  'wrr gives each its share, beginning with the weight that the first server added left it at',
  three('wrr', [1, 3, 2]),
  (director) => {
    assert.equal(picks(director, 12), '321232321232');
  },
);

test('wrr goes on from where it stands when a weight changes', three('wrr', [1, 2, 0]), (director) => {
  const before = picks(director, 3);
  assert.equal([...before].sort().join(''), '122');
  director.run(`-e -t ${virtual} -r 192.168.1.3 -g -w 1`);
  const after = Array.from({ length: 8 }, (_, index) => connect(director, 2000 + index))
    .sort()
    .join('');
  assert.equal(after, '11222233');
});

test('only packets that open a connection are scheduled', three('rr', [1, 1, 1]), (director) => {
  assert.equal(connect(director, 1), 3);
  for (let i = 0; i < 5; i++) director.receive(ethernet(tcp('10.1.0.2:1', virtual, 'ACK'), FROM_CLIENT));
  director.receive(ethernet(tcp('10.1.0.2:9', virtual, 'ACK'), FROM_CLIENT));
  director.receive(ethernet(udp('10.1.0.2:9', virtual, 'x'), FROM_CLIENT));
  assert.equal(connect(director, 2), 2);
});

test(
  'who was overloaded when its thresholds came is no longer once enough connections have ended',
  ['-A -u 10.9.0.1:53 -s rr', '-a -u 10.9.0.1:53 -r 192.168.1.1:53 -g'],
  (director) => {
    const ask = (port: number) =>
      director.receive(ethernet(udp(`10.1.0.2:${port}`, '10.9.0.1:53', 'q'), FROM_CLIENT)).outcome;
    for (let port = 1; port <= 8; port++) ask(port);
    director.run('-e -u 10.9.0.1:53 -r 192.168.1.1:53 -g -x 7');
    for (let port = 1; port <= 4; port++) {
      const client = endpointPattern(`10.1.0.2:${port}`, 'text');
      const others = { virtual: undefined, real: undefined, protocol: undefined, states: [] };
      assert.equal(director.dataPlane.endConnections(choiceOf({ client, ...others }), 'reschedule'), 1);
    }
    director.run('-e -u 10.9.0.1:53 -r 192.168.1.1:53 -g -x 7 -y 3');
    assert.equal(ask(9), 'FORWARDED_DIRECT_ROUTE');
  },
);
