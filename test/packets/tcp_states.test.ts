// SPDX-License-Identifier: Apache-2.0
/** A connection's state, time and place in the counts, packet by packet (net/netfilter/ipvs/ip_vs_proto_tcp.c). */
import assert from 'node:assert/strict';

import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, parseFrame, tcp } from '../support/frames.js';
import { FROM_CLIENT, IPV4, fromServer, serverOf, services } from './scene.js';

const test = directorTest();
const { client, virtual, real } = IPV4;

/** Who sends, which flags; the state and the `active/inactive` count afterwards; the seconds it lives on. */
type Step = readonly [from: 'client' | 'server', flags: string, state: string, load: string, seconds: number];

const HANDSHAKE: readonly Step[] = [
  ['client', 'SYN', 'SYN_RECV', '1/0', 60],
  ['server', 'SYN ACK', 'SYN_RECV', '1/0', 60],
  ['client', 'ACK', 'ESTABLISHED', '1/0', 900],
];

/** Replies pass the director. */
const WITH_REPLIES: Readonly<Record<string, readonly Step[]>> = {
  'the client closes first': [
    ...HANDSHAKE,
    ['client', 'FIN ACK', 'CLOSE_WAIT', '0/1', 60],
    ['server', 'ACK', 'CLOSE_WAIT', '0/1', 60],
    ['server', 'FIN ACK', 'TIME_WAIT', '0/1', 120],
    ['client', 'ACK', 'TIME_WAIT', '0/1', 120],
  ],
  'the real server closes first': [
    ...HANDSHAKE,
    ['server', 'FIN ACK', 'FIN_WAIT', '0/1', 120],
    ['client', 'ACK', 'FIN_WAIT', '0/1', 120],
    ['client', 'FIN ACK', 'TIME_WAIT', '0/1', 120],
  ],
  'the client resets': [...HANDSHAKE, ['client', 'RST', 'CLOSE', '0/1', 10]],
  'the real server resets': [...HANDSHAKE, ['server', 'RST ACK', 'CLOSE', '0/1', 10]],
  'the real server refuses': [HANDSHAKE[0]!, ['server', 'RST ACK', 'CLOSE', '0/1', 10]],
  'the client takes its SYN back': [HANDSHAKE[0]!, ['client', 'RST', 'SYN_RECV', '1/0', 60]],
  'a packet without flags closes it': [...HANDSHAKE, ['client', '', 'CLOSE', '0/1', 10]],
};

/** They do not. */
const WITHOUT_REPLIES: Readonly<Record<string, readonly Step[]>> = {
  'the client closes': [
    ['client', 'SYN', 'SYN_RECV', '1/0', 60],
    ['client', 'ACK', 'ESTABLISHED', '1/0', 900],
    ['client', 'FIN ACK', 'FIN_WAIT', '0/1', 120],
    ['client', 'ACK', 'FIN_WAIT', '0/1', 120],
    ['client', 'RST', 'CLOSE', '0/1', 10],
  ],
  'the client closes what it just opened': [
    ['client', 'SYN', 'SYN_RECV', '1/0', 60],
    ['client', 'FIN ACK', 'TIME_WAIT', '0/1', 120],
  ],
};

function play(director: Director, steps: readonly Step[]): void {
  for (const [index, [from, flags, state, load, seconds]] of steps.entries()) {
    const what = `step ${index + 1}: ${from} ${flags}`;
    if (from === 'client') director.receive(ethernet(tcp(client, virtual, flags), FROM_CLIENT));
    else director.receive(ethernet(tcp(real, client, flags), fromServer()), 'farm');
    assert.deepEqual(director.connections(), [`TCP ${state} ${client} ${virtual} ${real}`], what);
    assert.equal(director.load(), load, what);
    assert.ok(
      Math.abs(director.secondsLeft() - seconds) <= 1,
      `${what}: ${director.secondsLeft()} s left, not ${seconds}`,
    );
  }
}

for (const [story, steps] of Object.entries(WITH_REPLIES))
  test(`NAT: ${story}`, services(virtual, real, '-m'), (director) => play(director, steps));

for (const method of ['-g', '-i']) {
  for (const [story, steps] of Object.entries(WITHOUT_REPLIES))
    test(`${method}: ${story}`, services(virtual, real, method), (director) => play(director, steps));
}

test(
  'a reply keeps a connection alive for as long as a request does',
  services(virtual, real, '-m'),
  async (director) => {
    director.setTimeouts(1.2);
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const seen = director.receive(ethernet(tcp(real, client, 'ACK'), fromServer()), 'farm');
      assert.equal(seen.outcome, 'REPLIED_MASQUERADE', `${(i + 1) * 250} ms after the only request`);
    }
    assert.equal(director.connections().length, 1);
  },
);

test(
  'replies keep a connection alive in a state that lasts shorter than the one before',
  services(virtual, real, '-m'),
  async (director) => {
    director.set('timeout.tcp.close', 2);
    const answer = (flags: string) => director.receive(ethernet(tcp(real, client, flags), fromServer()), 'farm');
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    answer('SYN ACK');
    director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
    answer('ACK');
    director.receive(ethernet(tcp(client, virtual, 'RST'), FROM_CLIENT));
    for (let i = 1; i <= 12; i++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      assert.equal(answer('ACK').outcome, 'REPLIED_MASQUERADE', `${i * 250} ms after the reset`);
    }
    assert.deepEqual(director.connections(), [`TCP CLOSE ${client} ${virtual} ${real}`]);
  },
);

const TWO = ['-A -t 10.9.0.1:80 -s rr', '-a -t 10.9.0.1:80 -r 192.168.1.1 -g', '-a -t 10.9.0.1:80 -r 192.168.1.2 -g'];

for (const [state, flags] of [
  ['FIN_WAIT', 'FIN ACK'],
  ['CLOSE', 'RST'],
  ['ESTABLISHED', 'ACK'],
] as const) {
  test(`a SYN on a connection in ${state}`, TWO, (director) => {
    const send = (what: string) =>
      serverOf(parseFrame(director.receive(ethernet(tcp(client, virtual, what), FROM_CLIENT)).frame).to);
    const first = send('SYN');
    send('ACK');
    send(flags);
    const again = send('SYN');
    assert.equal(again !== first, state === 'CLOSE', `went to ${first}, then to ${again}`);
    assert.equal(director.connections().length, 1);
    assert.equal(director.load(), '1/0');
  });
}

test(
  'a SYN on TIME_WAIT begins a connection anew, to a real server picked anew',
  ['-A -t 10.9.0.1:80 -s rr', '-a -t 10.9.0.1:80 -r 192.168.1.1 -m', '-a -t 10.9.0.1:80 -r 192.168.1.2 -m'],
  (director) => {
    const send = (what: string) =>
      serverOf(parseFrame(director.receive(ethernet(tcp(client, virtual, what), FROM_CLIENT)).frame).to);
    const first = send('SYN');
    const from = `192.168.1.${first}:80`;
    director.receive(ethernet(tcp(from, client, 'SYN ACK'), fromServer(first)), 'farm');
    send('ACK');
    send('FIN ACK');
    director.receive(ethernet(tcp(from, client, 'FIN ACK'), fromServer(first)), 'farm');
    assert.deepEqual(director.connections(), [`TCP TIME_WAIT ${client} ${virtual} ${from}`]);

    const second = send('SYN');
    assert.equal(second, 3 - first);
    assert.deepEqual(director.connections(), [`TCP SYN_RECV ${client} ${virtual} 192.168.1.${second}:80`]);
    assert.equal(director.load(), '1/0');

    const late = ethernet(tcp(from, client, 'ACK'), fromServer(first));
    const seen = director.receive(late, 'farm');
    assert.equal(seen.outcome, 'NOT_A_SERVICE', 'the first server has no part in it any more');
  },
);
