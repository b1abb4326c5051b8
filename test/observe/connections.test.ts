// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { countConnections } from '../../src/observe/connection_count.js';
import { listConnections, type Connection, type Endpoint, type FindRealServer } from '../../src/observe/connections.js';
import { table, type Line } from './connection_lines.js';
import { ipv4, ipv6 } from './fake_source.js';

const NOW = 0xffff_ff00; // near the end of the low half of jiffies, where comparing by size goes wrong
const CLOCK = { jiffies: NOW, hz: 250 };

const HTTP: Line = {
  tag: 0x8000_0001,
  expires: NOW + 899 * 250 + 249,
  family: 4,
  source: [198, 51, 100, 7],
  destination: [192, 0, 2, 80],
  sourcePort: 31337,
  destinationPort: 80,
  protocol: 6,
  state: 1,
  flags: 0,
  realServer: 0,
};

const DNS6: Line = {
  ...HTTP,
  tag: 3,
  expires: NOW + 1,
  family: 6,
  source: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  destination: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
  sourcePort: 5353,
  destinationPort: 53,
  protocol: 17,
  state: 11,
  flags: 3,
  realServer: 7,
};

const REAL_SERVERS = new Map<number, Endpoint>([
  [0, { address: ipv4(10, 0, 0, 1), port: 0 }],
  [7, { address: ipv6('fd02 0000 0000 0000 0000 0000 0000 0003'), port: 5000 }],
]);

const find: FindRealServer = (number) => {
  const server = REAL_SERVERS.get(number);
  return server && { address: server.address, mark: 0, portOf: ({ virtualPort }) => server.port || virtualPort };
};

const NAMED = { server: find, call: (line: number) => `call-${line}@client` };

function list(...lines: (Line | undefined)[]): unknown[] {
  return [...listConnections(table(lines), CLOCK, NAMED)];
}

test('a line is listed with all that it holds; a real server without a port takes the one that was asked for', () => {
  assert.deepEqual(list(HTTP), [
    {
      protocol: 6,
      state: 'ESTABLISHED',
      secondsLeft: 899,
      client: { address: ipv4(198, 51, 100, 7), port: 31337 },
      virtual: { address: ipv4(192, 0, 2, 80), port: 80 },
      real: { address: ipv4(10, 0, 0, 1), port: 80 },
      isTemplate: false,
      mark: 0,
    },
  ]);
});

test("a data connection of FTP from port 20 is at the real port that its reply's line tells", () => {
  const data: Line = { ...HTTP, destinationPort: 20, flags: 0x40, peer: 1 };
  const reply: Line = { ...HTTP, sourcePort: 2120, destinationPort: 31337, flags: 4 };
  const realPort = (...lines: Line[]) => (list(...lines) as Connection[])[0]!.real.port;
  assert.equal(realPort(data, reply), 2120);
  assert.equal(realPort(data, { ...reply, flags: 0 }), 20);
  assert.equal(realPort({ ...data, flags: 0 }, reply), 20);
  assert.equal(realPort({ ...data, destinationPort: 21 }, reply), 21);
  assert.equal(realPort({ ...data, peer: 2 }, reply), 20);
});

test('an IPv6 line is listed', () => {
  assert.deepEqual(list(DNS6), [
    {
      protocol: 17,
      state: 'UDP',
      secondsLeft: 0,
      client: { address: ipv6('20010db8 00000000 00000000 00000001'), port: 5353 },
      virtual: { address: ipv6('20010db8 00000000 00000000 00000002'), port: 53 },
      real: { address: ipv6('fd020000 00000000 00000000 00000003'), port: 5000 },
      isTemplate: false,
      mark: 0,
    },
  ]);
});

test('what is empty, deleted, being written, expired or for replies is not a connection', () => {
  const reply = { ...HTTP, flags: 0x04 };
  const expired = [NOW, NOW - 1, NOW - 250].map((expires) => ({ ...HTTP, expires }));
  const notValid = [0, 1, 2].map((tag) => ({ ...HTTP, tag }));
  assert.deepEqual(list(undefined, ...notValid, ...expired, reply), []);
});

function pieces(...tables: readonly ArrayBuffer[]): Uint8Array<ArrayBuffer>[] {
  return tables.map((each) => new Uint8Array(each));
}

test('connections are counted by protocol and state; replies and templates only take up lines', () => {
  const synRecv = { ...HTTP, state: 3 };
  const reply = { ...HTTP, flags: 0x04, expires: NOW - 1 };
  const template = { ...HTTP, flags: 0x10 };
  const expired = { ...HTTP, expires: NOW };
  const busy = { ...HTTP, tag: 2 };
  const count = countConnections(
    pieces(table([HTTP, undefined, HTTP, synRecv]), table([DNS6, reply, template, expired, busy])),
    NOW,
  );

  assert.equal(count.of(6, 1), 2);
  assert.equal(count.of(6, 3), 1);
  assert.equal(count.of(17, 11), 1);
  assert.equal(count.of(17, 1), 0);
  assert.equal(count.lines, 6);
});

const TEMPLATE = { ...HTTP, family: 0x84, sourcePort: 0, state: 0, flags: 0x10 } as const;

test('a template is listed as one, in words of its own, on the ports that it is for', () => {
  const [none, assured, ofAllPorts, invalid] = list(
    TEMPLATE,
    { ...TEMPLATE, state: 1 },
    { ...TEMPLATE, destinationPort: 0 },
    { ...TEMPLATE, destinationPort: 0xffff },
  ) as Connection[];
  assert.deepEqual([none?.isTemplate, none?.state, assured?.state], [true, 'NONE', 'ASSURED']);
  assert.deepEqual([none?.client.port, none?.virtual.port, none?.real.port], [0, 80, 80]);
  assert.deepEqual([ofAllPorts?.virtual.port, ofAllPorts?.real.port], [0, 0]);
  assert.deepEqual([invalid?.virtual.port, invalid?.real.port], [0xffff, 0xffff]);
});

test('a template of SIP is listed with its call, which is asked for by its line, and by no other', () => {
  const [plain, sip] = list(TEMPLATE, { ...TEMPLATE, callLength: 13 }) as Connection[];
  assert.equal(plain?.persistenceEngine, undefined);
  assert.deepEqual(sip?.persistenceEngine, { name: 'sip', data: 'call-1@client' });
});

test('a template whose time is up is listed with another minute as long as it controls connections', () => {
  assert.deepEqual(list({ ...TEMPLATE, expires: NOW - 1 }), []);
  const [held] = list({ ...TEMPLATE, expires: NOW - CLOCK.hz, peer: 2 }) as Connection[];
  assert.equal(held?.secondsLeft, 59);
});

test('a million connections are counted and listed', () => {
  const lines = 1_000_000;
  const full = new ArrayBuffer(lines * 64);
  const bytes = new Uint8Array(full);
  bytes.set(new Uint8Array(table([HTTP])));
  for (let filled = 64; filled < bytes.length; filled *= 2) bytes.copyWithin(filled, 0, filled);

  assert.equal(countConnections(pieces(full), NOW).of(6, 1), lines);
  let listed = 0;
  for (const { client } of listConnections(full, CLOCK, NAMED)) {
    if (client.port === 31337) listed++;
  }
  assert.equal(listed, lines);
});
