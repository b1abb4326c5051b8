// SPDX-License-Identifier: Apache-2.0
/** Connections that a command ends: what of them is left, and what their packets meet. */
import assert from 'node:assert/strict';

import { choiceOf } from '../../src/director/end_connections.js';
import type { ConnectionFilter } from '../../src/director/end_connections.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, icmp, parseFrame, tcp, udp } from '../support/frames.js';
import type { End } from '../../src/kernel/end_connections.js';
import { endpointPattern } from '../../src/cli/show/pattern.js';
import { assertAnswered, assertDropped, assertPassed, assertSent } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, fromServer, serverOf, services, toServer } from './scene.js';

const test = directorTest();
const { client, virtual } = IPV4;

const ANY: ConnectionFilter = {
  client: undefined,
  virtual: undefined,
  real: undefined,
  protocol: undefined,
  states: [],
};
const at = (text: string) => endpointPattern(text, 'text');

function end(director: Director, how: End, filter: Partial<ConnectionFilter> = {}): number {
  return director.dataPlane.endConnections(choiceOf({ ...ANY, ...filter }), how);
}

for (const { family, client, virtual, real } of FAMILIES) {
  const establish = (director: Director) => {
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    director.receive(ethernet(tcp(real, client, 'SYN ACK'), fromServer()), 'farm');
    director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
    assert.equal(director.load(), '1/0');
  };
  const data = { payload: 'GET / HTTP/1.0', sequence: 7000, acknowledged: 9000 };

  for (const method of ['-m', '-g', '-i']) {
    test(
      `${family} ${method}: reset: the client hears a RST where it stands`,
      services(virtual, real, method),
      (director) => {
        establish(director);
        assert.equal(end(director, 'reset'), 1);
        assert.deepEqual(director.connections(), []);
        assert.equal(director.load(), '0/0');

        const reset = (fields: object, flags = 'RST') =>
          ethernet(tcp(virtual, client, flags, { id: 0, ttl: 64, window: 0, ...fields }), TO_CLIENT);
        const send = (flags: string, fields: object = data) =>
          director.receive(ethernet(tcp(client, virtual, flags, fields), FROM_CLIENT));
        assertSent(send('PSH ACK'), 'CONNECTION_RESET', reset({ sequence: 9000 }));
        assertSent(send('PSH ACK'), 'CONNECTION_RESET', reset({ sequence: 9000 }));
        assertSent(
          send('ACK', { ...data, tcpOptions: Buffer.alloc(12, 1), payload: '' }),
          'CONNECTION_RESET',
          reset({ sequence: 9000 }),
        );
        const unacknowledged = reset({ sequence: 0, acknowledged: 7000 + 14 + 1 }, 'RST ACK');
        assertSent(send('FIN'), 'CONNECTION_RESET', unacknowledged);
        assertDropped(send('RST'), 'CONNECTION_RESET');
      },
    );
  }

  test(`${family}: reset: with NAT the real server hears a RST too`, services(virtual, real, '-m'), (director) => {
    establish(director);
    end(director, 'reset');
    const segment = tcp(real, client, 'PSH ACK', { payload: 'abc', sequence: 100, acknowledged: 200 });
    const reset = ethernet(tcp(client, real, 'RST', { id: 0, ttl: 64, window: 0, sequence: 200 }), toServer());
    assertSent(director.receive(ethernet(segment, fromServer()), 'farm'), 'CONNECTION_RESET', reset);
    assert.deepEqual(director.connections(), []);
  });

  test(`${family}: reset: a SYN begins anew`, services(virtual, real, '-m'), (director) => {
    establish(director);
    end(director, 'reset');
    const seen = director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
    assert.equal(director.load(), '1/0');
    const reply = director.receive(ethernet(tcp(real, client, 'SYN ACK'), fromServer()), 'farm');
    assert.equal(reply.outcome, 'REPLIED_MASQUERADE');
  });

  test(
    `${family}: drop: what still comes is dropped in silence, a SYN begins anew`,
    services(virtual, real, '-m'),
    (director) => {
      establish(director);
      assert.equal(end(director, 'drop'), 1);
      assert.deepEqual(director.connections(), []);
      assert.equal(director.load(), '0/0');
      assertDropped(director.receive(ethernet(tcp(client, virtual, 'ACK', data), FROM_CLIENT)), 'REAL_SERVER_REMOVED');
      const late = ethernet(tcp(real, client, 'ACK'), fromServer());
      assertPassed(director.receive(late, 'farm'), 'NOT_A_SERVICE', late);
      assert.equal(
        director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)).outcome,
        'FORWARDED_MASQUERADE',
      );
      assert.equal(director.load(), '1/0');
    },
  );

  test(`${family}: reschedule: data meets the host, a SYN begins anew`, services(virtual, real, '-m'), (director) => {
    establish(director);
    assert.equal(end(director, 'reschedule'), 1);
    assert.equal(director.load(), '0/0');
    const segment = ethernet(tcp(client, virtual, 'ACK', data), FROM_CLIENT);
    assertPassed(director.receive(segment), 'NO_CONNECTION', segment);
    assert.equal(director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)).outcome, 'FORWARDED_MASQUERADE');
  });
}

const DNS = ['-A -u 10.9.0.1:53 -s rr', '-a -u 10.9.0.1:53 -r 192.168.1.1 -g', '-a -u 10.9.0.1:53 -r 192.168.1.2 -g'];
const question = udp(client, '10.9.0.1:53', 'x');
const ask = (director: Director) => director.receive(ethernet(question, FROM_CLIENT));

test(
  'UDP: reset: the client hears once that the port is unreachable, and its next datagram goes elsewhere',
  DNS,
  (director) => {
    const first = serverOf(parseFrame(ask(director).frame).to);
    end(director, 'reset');
    assertAnswered(ask(director), 'CONNECTION_RESET', (id) =>
      ethernet(
        icmp(
          { source: '10.9.0.1', destination: '10.1.0.2', type: 3, code: 3, tos: 0xc0, id, dontFragment: false },
          question,
        ),
        TO_CLIENT,
      ),
    );
    assert.equal(serverOf(parseFrame(ask(director).frame).to), 3 - first);
  },
);

test('UDP: reschedule: the next datagram goes elsewhere', DNS, (director) => {
  const first = serverOf(parseFrame(ask(director).frame).to);
  end(director, 'reschedule');
  assert.equal(serverOf(parseFrame(ask(director).frame).to), 3 - first);
});

test('UDP: drop: datagrams are dropped', DNS, (director) => {
  ask(director);
  end(director, 'drop');
  assertDropped(ask(director), 'REAL_SERVER_REMOVED');
});

const TWO_SERVICES = [
  ...services('10.9.0.1:80', '192.168.1.1', '-m'),
  ...services('10.9.0.2:80', '192.168.1.2:8080', '-m'),
];

test('only chosen connections end', TWO_SERVICES, (director) => {
  const open = (from: string, to: string, flags = 'SYN') =>
    director.receive(ethernet(tcp(from, to, flags), FROM_CLIENT));
  const begin = () => {
    end(director, 'reschedule');
    for (const to of ['10.9.0.1:80', '10.9.0.2:80']) for (const from of ['10.1.0.2:1', '10.1.0.3:2']) open(from, to);
    open('10.1.0.2:1', '10.9.0.1:80', 'ACK');
    director.receive(ethernet(udp('10.1.0.2:1', '10.9.0.1:80', 'x'), FROM_CLIENT));
  };
  const cases: [Partial<ConnectionFilter>, number][] = [
    [{}, 5],
    [{ client: at('10.1.0.2') }, 3],
    [{ client: at('10.1.0.2/31') }, 5],
    [{ client: at('10.1.0.4/30') }, 0],
    [{ client: at(':2') }, 2],
    [{ client: at('fd01::2') }, 0],
    [{ virtual: at('10.9.0.2:80') }, 2],
    [{ virtual: at('10.9.0.0/24'), protocol: 17 }, 1],
    [{ real: at('192.168.1.2:8080') }, 2],
    [{ real: at('192.168.1.1:80') }, 3],
    [{ real: at('192.168.1.1:8080') }, 0],
    [{ states: ['ESTABLISHED'] }, 1],
    [{ states: ['ESTABLISHED', 'UDP'] }, 2],
    [{ client: at('10.1.0.2'), virtual: at('10.9.0.1'), protocol: 6 }, 1],
  ];
  for (const [filter, count] of cases) {
    begin();
    assert.equal(director.connections().length, 5);
    assert.equal(end(director, 'reschedule', filter), count, JSON.stringify(filter));
    assert.equal(director.connections().length, 5 - count);
  }
});

test(
  'what is left of ended connections makes way when the table is full',
  services(virtual, '192.168.1.1', '-g'),
  (director) => {
    const fill = (first: number) => {
      for (let port = first; port < first + 4000; port++) {
        director.receive(ethernet(tcp(`10.1.0.2:${port}`, virtual, 'SYN'), FROM_CLIENT));
        director.receive(ethernet(tcp(`10.1.0.2:${port}`, virtual, 'ACK'), FROM_CLIENT));
      }
      return director.connections().length;
    };
    const before = fill(1);
    assert.equal(end(director, 'drop'), before);
    const after = fill(10001);
    assert.ok(after > before * 0.98, `${before} connections, and when those were ended ${after} more`);
  },
);

test(
  'a template is ended with its connections; one that others go on by is not gone by any more',
  [
    '-A -t 10.9.0.1:80 -s rr -p 100',
    '-a -t 10.9.0.1:80 -r 192.168.1.1:80 -g',
    '-a -t 10.9.0.1:80 -r 192.168.1.2:80 -g',
  ],
  (director) => {
    const open = (from: string) => {
      director.receive(ethernet(tcp(from, virtual, 'SYN'), FROM_CLIENT));
      director.receive(ethernet(tcp(from, virtual, 'ACK'), FROM_CLIENT));
    };
    const templates = () => director.connections().filter((line) => / (NONE|ASSURED) /.test(line));
    open('10.1.0.2:1');
    open('10.1.0.2:2');
    const client = at('10.1.0.2');
    end(director, 'reschedule', { client: { ...client, port: 1 } });
    assert.deepEqual(templates(), ['TCP ASSURED 10.1.0.2:0 10.9.0.1:80 192.168.1.2:80']);

    // Whichever is met first: the template, or what it controls.
    end(director, 'drop', { client });
    end(director, 'drop', { client });
    assert.deepEqual(templates(), []);
    open('10.1.0.2:3');
    assert.deepEqual(templates(), ['TCP ASSURED 10.1.0.2:0 10.9.0.1:80 192.168.1.1:80']);
  },
);
