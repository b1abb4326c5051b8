// SPDX-License-Identifier: Apache-2.0
/** Settings of net.ipv4.vs, as Linux 6.1 was asked what each of them does to packets. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, parseFrame, parsePacket, tcp, udp } from '../support/frames.js';
import { assertPassed } from '../support/seen.js';
import { FROM_CLIENT, IPV4, fromServer, serverOf, services } from './scene.js';

const test = directorTest();
const { client, virtual, real } = IPV4;

const two = (method: string) => [
  `-A -t ${virtual} -s rr`,
  `-a -t ${virtual} -r 192.168.1.1 ${method}`,
  `-a -t ${virtual} -r 192.168.1.2 ${method}`,
];

/** Number of the real server that it went to, or the outcome. */
function send(director: Director, flags: string, from = client): number | string {
  const seen = director.receive(ethernet(tcp(from, virtual, flags), FROM_CLIENT));
  return seen.outcome.startsWith('FORWARDED_') ? serverOf(parseFrame(seen.frame).to) : seen.outcome;
}

function answer(director: Director, flags: string, server: number): void {
  director.receive(ethernet(tcp(`192.168.1.${server}:80`, client, flags), fromServer(server)), 'farm');
}

/** A SYN comes to a connection that got there by these packets: does it go to the other real server? */
function isReopened(director: Director, mode: number, flags: readonly string[]): boolean {
  director.set('conn_reuse_mode', mode);
  const first = send(director, 'SYN');
  for (const each of flags) send(director, each);
  return send(director, 'SYN') !== first;
}

for (const [flags, state, modes] of [
  [['ACK'], 'ESTABLISHED', []],
  [['ACK', 'RST'], 'CLOSE', [1, 2, 3, -1]],
  [['ACK', 'FIN ACK'], 'FIN_WAIT', [2, 3, -1]],
  [['FIN ACK'], 'TIME_WAIT', [1, 2, 3, -1]],
] as const) {
  for (const mode of [0, 1, 2, 3, -1])
    test(`DR: conn_reuse_mode ${mode}, a SYN on ${state}`, two('-g'), (director) => {
      assert.equal(isReopened(director, mode, flags), (modes as readonly number[]).includes(mode));
      assert.equal(director.connections().length, 1);
    });
}

test('NAT: conn_reuse_mode 2 leaves FIN_WAIT alone, since replies are seen', two('-m'), (director) => {
  director.set('conn_reuse_mode', 2);
  const first = Number(send(director, 'SYN'));
  answer(director, 'SYN ACK', first);
  send(director, 'ACK');
  answer(director, 'FIN ACK', first);
  assert.match(director.connections()[0]!, /FIN_WAIT/);
  assert.equal(send(director, 'SYN'), first);
});

for (const method of ['-m', '-g', '-i']) {
  test(
    `${method}: with expire_nodest_conn a removed server's connection is over at its next packet`,
    two(method),
    (director) => {
      const first = Number(send(director, 'SYN'));
      director.run(`-d -t ${virtual} -r 192.168.1.${first}`);
      assert.equal(send(director, 'ACK'), 'REAL_SERVER_REMOVED');

      director.set('expire_nodest_conn', 1);
      const data = ethernet(tcp(client, virtual, 'PSH ACK', { payload: 'GET' }), FROM_CLIENT);
      assertPassed(director.receive(data), 'NO_CONNECTION', data);
      /* Of DR and TUN, IPVS sees the host's RST to it pass. */
      const isSeen = method !== '-m';
      assert.deepEqual(director.connections(), isSeen ? [`TCP CLOSE ${client} ${virtual} 192.168.1.${first}:80`] : []);
      assert.equal(director.load(), isSeen ? '0/1' : '0/0');
      assert.equal(send(director, 'SYN'), 3 - first);
      assert.equal(director.load(), '1/0');
    },
  );

  test(`${method}: with expire_nodest_conn a SYN leaves a quiesced server, data does not`, two(method), (director) => {
    const first = Number(send(director, 'SYN'));
    director.run(`-e -t ${virtual} -r 192.168.1.${first} ${method} -w 0`);
    assert.equal(send(director, 'SYN'), first);
    director.set('expire_nodest_conn', 1);
    assert.equal(send(director, 'ACK'), first);
    assert.equal(send(director, 'SYN'), 3 - first);
  });
}

test(
  'with expire_nodest_conn a datagram for a removed server is scheduled anew',
  ['-A -u 10.9.0.1:53 -s rr', '-a -u 10.9.0.1:53 -r 192.168.1.1 -m', '-a -u 10.9.0.1:53 -r 192.168.1.2 -m'],
  (director) => {
    const ask = () => director.receive(ethernet(udp(client, '10.9.0.1:53', 'x'), FROM_CLIENT));
    const first = serverOf(parseFrame(ask().frame).to);
    director.run(`-d -u 10.9.0.1:53 -r 192.168.1.${first}`);
    assert.equal(ask().outcome, 'REAL_SERVER_REMOVED');
    director.set('expire_nodest_conn', 1);
    assert.equal(serverOf(parseFrame(ask().frame).to), 3 - first);
  },
);

test('sloppy_tcp: whatever has no RST opens a connection, in the state that it says', two('-g'), (director) => {
  for (const flags of ['ACK', 'FIN ACK', '']) assert.equal(send(director, flags), 'NO_CONNECTION', flags);
  director.set('sloppy_tcp', 1);
  for (const [flags, state, port] of [
    ['ACK', 'ESTABLISHED', 1],
    ['FIN ACK', 'CLOSE', 2],
    ['', 'CLOSE', 3],
  ] as const) {
    assert.equal(typeof send(director, flags, `10.1.0.2:${port}`), 'number', flags);
    assert.ok(
      director.connections().some((line) => line.startsWith(`TCP ${state} 10.1.0.2:${port} `)),
      flags,
    );
  }
  assert.equal(send(director, 'RST', '10.1.0.2:4'), 'NO_CONNECTION');
});

let isSweeping = false;

/** From now on, for all tests of this file. */
function sweep(director: Director): void {
  if (!isSweeping) director.dataPlane.armSweeper();
  isSweeping = true;
}

/** Of so many SYNs, each from a port of its own: D for one that is dropped. */
function flood(director: Director, count: number, from = 1000): string {
  return Array.from({ length: count }, (_, index) =>
    send(director, 'SYN', `10.1.0.2:${from + index}`) === 'DROPPED_BY_RATE' ? 'D' : '.',
  ).join('');
}

test(
  'drop_packet 3: every am_droprate-th new connection is dropped, beginning with the first',
  two('-g'),
  (director) => {
    director.set('am_droprate', 3);
    director.set('drop_packet', 3);
    assert.equal(flood(director, 8, 1000), 'D..D..D.');
    assert.equal(send(director, 'ACK', '10.1.0.2:9'), 'NO_CONNECTION', 'what opens nothing does not count');
    assert.equal(
      send(director, 'SYN', '10.1.0.2:20'),
      'NO_CONNECTION',
      'but from the FTP data port it does, as in IPVS',
    );
    assert.equal(flood(director, 5, 2000), 'D..D.');
    assert.equal(typeof send(director, 'SYN', '10.1.0.2:2001'), 'number', 'a known connection is let through');
    director.set('am_droprate', 1);
    assert.equal(flood(director, 5, 3000), '.DDDD');
    director.set('am_droprate', 0);
    assert.equal(flood(director, 4, 4000), '....');
    director.set('am_droprate', -5);
    assert.equal(flood(director, 3, 5000), 'DDD');
  },
);

test('drop_packet begins where it stood when it is put on again', two('-g'), (director) => {
  director.set('am_droprate', 4);
  director.set('drop_packet', 3);
  assert.equal(flood(director, 2, 1000), 'D.');
  director.set('drop_packet', 0);
  assert.equal(flood(director, 4, 2000), '....');
  director.set('drop_packet', 3);
  assert.equal(flood(director, 6, 3000), '..D...');
});

test('drop_packet comes before there is no real server', [`-A -t ${virtual} -s rr`], (director) => {
  director.set('am_droprate', 2);
  director.set('drop_packet', 3);
  assert.equal(send(director, 'SYN'), 'DROPPED_BY_RATE');
  assert.equal(send(director, 'SYN'), 'NO_REAL_SERVER');
});

test('drop_packet 1: while lines are scarce, the more the fewer are free', two('-g'), async (director) => {
  sweep(director);
  director.set('drop_packet', 1);
  await sleep(3000);
  assert.equal(flood(director, 64, 1000), '.'.repeat(64), 'the table is all but empty');
  // 4032 of 4096 lines are free: 16128 of 16384, which is half of 32256 missing to half of that.
  director.set('amemthresh', 32256);
  const seen = flood(director, 40, 2000);
  assert.match(seen, /^D\.D\.D\.(D\.)*$/);
});

test('secure_tcp: DR, a SYN alone is no more than SYNACK', two('-g'), (director) => {
  director.set('secure_tcp', 3);
  const states = ['SYN', 'SYN', 'ACK', 'FIN ACK', 'RST'].map((flags) => {
    send(director, flags);
    return director.connections()[0]!.split(' ')[1];
  });
  assert.deepEqual(states, ['SYNACK', 'SYNACK', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE']);
});

test("secure_tcp: NAT, only the real server's ACK establishes", services(virtual, real, '-m'), (director) => {
  director.set('secure_tcp', 3);
  const steps = ['c SYN', 'c ACK', 's SYN ACK', 'c ACK', 'c FIN ACK', 's ACK', 's FIN ACK', 'c ACK', 'c RST'];
  const states = steps.map((step) => {
    if (step.startsWith('c')) send(director, step.slice(2));
    else answer(director, step.slice(2), 1);
    return director.connections()[0]!.split(' ')[1];
  });
  assert.deepEqual(states, [
    ...['SYN_RECV', 'SYN_RECV', 'SYNACK', 'SYNACK', 'SYNACK'],
    ...['ESTABLISHED', 'FIN_WAIT', 'FIN_WAIT', 'CLOSE'],
  ]);
});

test('secure_tcp 1 is off while lines are not scarce', two('-g'), async (director) => {
  sweep(director);
  await sleep(3000);
  director.set('secure_tcp', 1);
  send(director, 'SYN');
  assert.match(director.connections()[0]!, /SYN_RECV/);
});

test('pmtu_disc 0: the outer packet may be cut whatever the inner one says', two('-i'), (director) => {
  const outer = () => {
    const { frame } = director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    return parsePacket(parseFrame(frame).packet).dontFragment;
  };
  assert.equal(outer(), true);
  director.set('pmtu_disc', 0);
  assert.equal(outer(), false);
});

test('drop_entry 3: half-open connections go at random, others stay', two('-g'), async (director) => {
  sweep(director);
  flood(director, 400, 1000);
  for (let port = 1000; port < 1100; port++) send(director, 'ACK', `10.1.0.2:${port}`);
  director.set('drop_entry', 3);
  await sleep(6000);
  const left = director.connections();
  assert.equal(left.filter((line) => line.includes('ESTABLISHED')).length, 100);
  // A thirty-second each second: some 248 of 300 after 6 s, give or take four standard deviations and a round.
  const halfOpen = left.filter((line) => line.includes('SYN_RECV')).length;
  assert.ok(halfOpen > 200 && halfOpen < 290, `${halfOpen} of 300 are left`);
  assert.equal(director.load(), `${left.length}/0`);
});

test('a timeout of a state holds from the next packet on', two('-g'), (director) => {
  director.set('timeout.tcp.syn_recv', 7);
  send(director, 'SYN');
  assert.ok(director.secondsLeft() <= 7 && director.secondsLeft() >= 6, String(director.secondsLeft()));
  director.set('timeout.tcp.established', 1234);
  send(director, 'ACK');
  assert.ok(Math.abs(director.secondsLeft() - 1234) <= 1, String(director.secondsLeft()));
});

test(
  'the last service of a family takes the packets of its connections with it, whatever the other family has',
  [...services(virtual, real, '-m'), '-A -t [fd09::1]:80 -s rr'],
  (director) => {
    send(director, 'SYN');
    director.run(`-D -t ${virtual}`, `-D -u ${virtual}`);
    assert.equal(send(director, 'ACK'), 'NOT_A_SERVICE');
    const reply = ethernet(tcp(real, client, 'SYN ACK'), fromServer());
    assertPassed(director.receive(reply, 'farm'), 'NOT_A_SERVICE', reply);
  },
);
