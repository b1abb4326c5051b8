// SPDX-License-Identifier: Apache-2.0
/** As the kernel's IPVS answered when it was asked the same in a virtual host (ip_vs_sched_persist). */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { CONNECTION_TEMPLATE, TAG_FIRST, connectionCodec, loadCodec } from '../../src/abi/generated.js';
import { endpointPattern } from '../../src/cli/show/pattern.js';
import { choiceOf } from '../../src/director/end_connections.js';
import type { Director } from '../support/director.js';
import { directorTest, serverMac } from '../support/director.js';
import { ethernet, icmp, tcp, udp } from '../support/frames.js';
import { FAMILIES, FROM_CLIENT, fromServer } from './scene.js';

const test = directorTest();
const VIP = '10.9.0.1';
const ANY = { client: undefined, virtual: undefined, real: undefined, protocol: undefined, states: [] };

function service(options: string, method: string, servers = 3, key = `-t ${VIP}:80`): string[] {
  const port = /:(\d+)$/.exec(key)?.[1] ?? '0';
  const numbers = Array.from({ length: servers }, (_, index) => index + 1);
  return [
    `-A ${key} -s rr ${options}`.trim(),
    ...numbers.map((number) => `-a ${key} -r 192.168.1.${number}:${port} ${method}`),
  ];
}

/** The number of the real server that a frame went to, or how it ended. */
function sent(director: Director, frame: Buffer): number | string {
  const { outcome, frame: out } = director.receive(ethernet(frame, FROM_CLIENT));
  const mac = [...out.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const number = [1, 2, 3, 4].find((candidate) => serverMac(candidate) === mac);
  return outcome.startsWith('FORWARDED') && number !== undefined ? number : outcome;
}

function open(director: Director, client: string, virtual = `${VIP}:80`): number | string {
  const picked = sent(director, tcp(client, virtual, 'SYN'));
  sent(director, tcp(client, virtual, 'ACK'));
  return picked;
}

function templates(director: Director): string[] {
  return director.connections().filter((line) => /:0 /.test(line));
}

function persistent(director: Director): number {
  const memory = director.maps.memory('loads');
  let sum = 0;
  for (let at = 0; at < memory.length; at += loadCodec.size) sum += loadCodec.decode(memory, at).persistent;
  return sum;
}

test(
  "a SYN on a closed connection of a template's stays where it was, where others of the client do not",
  service('-p 300', '-g'),
  (director) => {
    assert.equal(open(director, '10.1.0.2:1'), 3);
    director.run(`-e -t ${VIP}:80 -r 192.168.1.3:80 -g -w 0`);
    director.set('expire_quiescent_template', 1);
    sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'RST'));
    assert.equal(sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'SYN')), 3);
    assert.equal(open(director, '10.1.0.2:2'), 2);
    sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'RST'));
    assert.equal(sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'SYN')), 3);
  },
);

test('a client stays with its first real server, and others are scheduled', service('-p 100', '-g'), (director) => {
  const picks = ['10.1.0.2:1', '10.1.0.3:1', '10.1.0.2:2', '10.1.0.2:3', '10.1.0.3:2'].map((from) =>
    open(director, from),
  );
  assert.deepEqual(picks, [3, 2, 3, 3, 2]);
  assert.deepEqual(templates(director), [
    `TCP ASSURED 10.1.0.2:0 ${VIP}:80 192.168.1.3:80`,
    `TCP ASSURED 10.1.0.3:0 ${VIP}:80 192.168.1.2:80`,
  ]);
  assert.deepEqual([director.load(), persistent(director)], ['5/0', 2]);
});

for (const { family, virtual, virtualAddress } of FAMILIES) {
  const [mask, real, port] = family === 'IPv4' ? ['255.255.0.0', '192.168.1.', 80] : ['64', 'fd02::', 80];
  const end = (number: number) => (family === 'IPv4' ? `${real}${number}:${port}` : `[${real}${number}]:${port}`);
  const lines = [
    `-A -t ${virtual} -s rr -p 100 -M ${mask}`,
    ...[1, 2, 3].map((number) => `-a -t ${virtual} -r ${end(number)} -g`),
  ];
  test(`${family}: clients of one network share a template`, lines, (director) => {
    const [near, far, stranger] =
      family === 'IPv4'
        ? ['10.1.0.2:1', '10.1.200.9:1', '10.2.0.2:1']
        : ['[fd01::2]:1', '[fd01::ffff:9]:1', '[fd01:0:0:1::2]:1'];
    assert.deepEqual([open(director, near!, virtual), open(director, far!, virtual)], [3, 3]);
    assert.equal(open(director, stranger!, virtual), 2);
    const networks = family === 'IPv4' ? ['10.1.0.0:0', '10.2.0.0:0'] : ['[fd01:0:0:1::]:0', '[fd01::]:0'];
    assert.deepEqual(
      templates(director).map((line) => line.split(' ')[2]),
      networks,
    );
    assert.ok(templates(director).every((line) => line.includes(virtualAddress)));
  });
}

test(
  'a template is assured when a connection is established, of UDP when the real server answers',
  [...service('-p 100', '-m', 1), ...service('-p 100', '-m', 1, `-u ${VIP}:53`)],
  (director) => {
    sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'SYN'));
    sent(director, udp('10.1.0.2:1', `${VIP}:53`, 'q'));
    const states = () => templates(director).map((line) => line.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(states(), ['TCP NONE', 'UDP NONE']);
    sent(director, tcp('10.1.0.2:1', `${VIP}:80`, 'ACK'));
    director.receive(ethernet(udp('192.168.1.1:53', '10.1.0.2:1', 'a'), fromServer()), 'farm');
    assert.deepEqual(states(), ['TCP ASSURED', 'UDP ASSURED']);
  },
);

test(
  'who is quiesced keeps its clients; who is removed loses them for good',
  service('-p 100', '-g', 2),
  (director) => {
    assert.equal(open(director, '10.1.0.2:1'), 2);
    director.run(`-e -t ${VIP}:80 -r 192.168.1.2:80 -g -w 0`);
    assert.equal(open(director, '10.1.0.2:2'), 2);
    assert.equal(open(director, '10.1.0.3:1'), 1);

    director.run(`-d -t ${VIP}:80 -r 192.168.1.2:80`);
    assert.equal(open(director, '10.1.0.2:3'), 1);
    assert.ok(templates(director).includes(`TCP ASSURED 10.1.0.2:0 ${VIP}:65535 192.168.1.2:65535`));

    director.run(`-a -t ${VIP}:80 -r 192.168.1.2:80 -g`);
    assert.equal(open(director, '10.1.0.2:4'), 1);
  },
);

test(
  'a connection that an ICMP error opens is opened by a template, as any',
  service('-p 100', '-m', 2, `-u ${VIP}:53`),
  (director) => {
    director.set('schedule_icmp', 1);
    const quoted = udp(`${VIP}:53`, '10.1.0.2:7', 'q');
    director.receive(ethernet(icmp({ source: '10.1.0.2', destination: VIP, type: 3, code: 3 }, quoted), FROM_CLIENT));
    assert.deepEqual(director.connections(), [
      `UDP NONE 10.1.0.2:0 ${VIP}:53 192.168.1.2:53`,
      `UDP UDP 10.1.0.2:7 ${VIP}:53 192.168.1.2:53`,
    ]);
  },
);

test(
  'without a usable real server a client with a template is still served, another is not',
  [...service('-p 100', '-g', 1)],
  (director) => {
    assert.equal(open(director, '10.1.0.2:1'), 1);
    director.run(`-e -t ${VIP}:80 -r 192.168.1.1:80 -g -w 0`);
    assert.equal(open(director, '10.1.0.2:2'), 1);
    assert.equal(sent(director, tcp('10.1.0.3:1', `${VIP}:80`, 'SYN')), 'NO_REAL_SERVER');
  },
);

test(
  'thresholds are none of its concern',
  [`-A -t ${VIP}:80 -s rr -p 100`, `-a -t ${VIP}:80 -r 192.168.1.1:80 -g -x 1`],
  (director) => {
    assert.deepEqual([open(director, '10.1.0.2:1'), open(director, '10.1.0.2:2')], [1, 1]);
    assert.equal(open(director, '10.1.0.3:1'), 'NO_REAL_SERVER');
  },
);

test('a template stays as its service was when it was made', service('-p 100', '-g', 2), (director) => {
  open(director, '10.1.0.2:1');
  director.run(`-E -t ${VIP}:80 -s rr -p 300 -M 255.255.0.0`);
  open(director, '10.1.0.3:1');
  assert.deepEqual(
    templates(director).map((line) => line.split(' ')[2]),
    ['10.1.0.0:0', '10.1.0.2:0'],
  );
  director.run(`-E -t ${VIP}:80 -s rr`);
  const picks = [1, 2].map((port) => open(director, `10.1.9.9:${port}`));
  assert.equal(new Set(picks).size, 2);
});

test('no packet is taken for a template', service('-p 100', '-g', 2), (director) => {
  open(director, '10.1.0.2:1');
  assert.equal(sent(director, tcp('10.1.0.2:0', `${VIP}:80`, 'ACK')), 'NO_CONNECTION');
  assert.equal(sent(director, tcp('10.1.0.2:0', `${VIP}:80`, 'SYN')), 2);
  assert.equal(persistent(director), 1);
});

test(
  'one-packet scheduling goes by a template too',
  [`-A -u ${VIP}:53 -s rr -p 100 -o`, `-a -u ${VIP}:53 -r 192.168.1.1:53 -g`, `-a -u ${VIP}:53 -r 192.168.1.2:53 -g`],
  (director) => {
    const picks = ['10.1.0.2:1', '10.1.0.2:2', '10.1.0.3:1'].map((from) => sent(director, udp(from, `${VIP}:53`, 'q')));
    assert.deepEqual(picks, [2, 2, 1]);
    assert.deepEqual(director.connections(), templates(director));
  },
);

test(
  'a service of port 0 takes what no other service does, and keeps the port',
  [...service('-p 100', '-m', 2, `-t ${VIP}:0`), ...service('', '-m', 3)],
  (director) => {
    assert.equal(open(director, '10.1.0.2:1', `${VIP}:443`), 2);
    assert.equal(open(director, '10.1.0.2:2', `${VIP}:8080`), 2);
    assert.equal(open(director, '10.1.0.2:3'), 3);
    assert.deepEqual(director.connections(), [
      `TCP ASSURED 10.1.0.2:0 ${VIP}:0 192.168.1.2:0`,
      `TCP ESTABLISHED 10.1.0.2:1 ${VIP}:443 192.168.1.2:443`,
      `TCP ESTABLISHED 10.1.0.2:2 ${VIP}:8080 192.168.1.2:8080`,
      `TCP ESTABLISHED 10.1.0.2:3 ${VIP}:80 192.168.1.3:80`,
    ]);
  },
);

test(
  "FTP's data connections follow its control connection, each to the right port",
  [`-A -t ${VIP}:21 -s rr -p 100`, `-a -t ${VIP}:21 -r 192.168.1.1:21 -m`, `-a -t ${VIP}:21 -r 192.168.1.2:2121 -m`],
  (director) => {
    for (const [port, to] of [
      [21, 2],
      [30000, 2],
      [20, 2],
      [500, 'NOT_A_SERVICE'],
    ] as const)
      assert.equal(open(director, `10.1.0.2:${1000 + port}`, `${VIP}:${port}`), to, String(port));
    assert.deepEqual(director.connections(), [
      `TCP ASSURED 10.1.0.2:0 ${VIP}:0 192.168.1.2:0`,
      `TCP ESTABLISHED 10.1.0.2:1020 ${VIP}:20 192.168.1.2:20`,
      `TCP ESTABLISHED 10.1.0.2:1021 ${VIP}:21 192.168.1.2:2121`,
      `TCP ESTABLISHED 10.1.0.2:31000 ${VIP}:30000 192.168.1.2:30000`,
    ]);
    const { frame } = director.receive(
      ethernet(tcp('192.168.1.2:2121', '10.1.0.2:1021', 'ACK'), fromServer(2)),
      'farm',
    );
    assert.equal(frame.readUInt16BE(34), 21);
  },
);

test(
  "FTP's service without persistence leaves other ports to the host",
  service('', '-g', 2, `-t ${VIP}:21`),
  (director) => {
    assert.equal(open(director, '10.1.0.2:1', `${VIP}:30000`), 'NO_CONNECTION');
    assert.equal(open(director, '10.1.0.2:2', `${VIP}:21`), 2);
  },
);

test(
  'a template is over at its time, but not while its connections go on',
  service('-p 1', '-g', 2),
  async (director) => {
    director.dataPlane.armSweeper();
    open(director, '10.1.0.2:1');
    director.setTimeouts(0.5);
    open(director, '10.1.0.3:1');
    director.setTimeouts(100);
    const end = performance.now() + 8000;
    while (persistent(director) > 1 && performance.now() < end) await pause(100);
    const held = templates(director);
    assert.deepEqual(held, [`TCP ASSURED 10.1.0.2:0 ${VIP}:80 192.168.1.2:80`]);
    assert.equal(persistent(director), 1);
    assert.equal(open(director, '10.1.0.2:2'), 2);
  },
);

/** The last byte of its virtual address, and how many connections it counts, of each template. */
function controlled(director: Director): string[] {
  const table = director.maps.memory('connections');
  const counts: string[] = [];
  for (let at = 0; at < table.length; at += connectionCodec.size) {
    const { tag, flags, addresses, peer } = connectionCodec.decode(table, at);
    if (tag >= TAG_FIRST && flags & CONNECTION_TEMPLATE) counts.push(`${addresses[0]! >> 56n}: ${peer}`);
  }
  return counts.sort();
}

const TWO = ['10.9.0.1:80', '10.9.0.2:80'];

test(
  'a template counts its own connections, though two of a client port to one real server have the same replies',
  TWO.flatMap((virtual) => [`-A -t ${virtual} -s rr -p 300`, `-a -t ${virtual} -r 192.168.1.1:80 -m`]),
  (director) => {
    for (const virtual of TWO) sent(director, tcp('10.1.0.2:7', virtual, 'SYN'));
    assert.deepEqual(controlled(director), ['1: 1', '2: 1']);
    const first = { ...ANY, virtual: endpointPattern(TWO[0]!, 'text'), states: ['SYN_RECV'] };
    director.dataPlane.endConnections(choiceOf(first), 'reschedule');
    assert.deepEqual(controlled(director), ['1: 0', '2: 1']);
  },
);
