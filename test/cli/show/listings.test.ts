// SPDX-License-Identifier: Apache-2.0
/** What services, servers, connections and outcomes show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsTable, isChosen, statesOf, writeJson, writeTable } from '../../../src/cli/show/connections.js';
import { outcomesJson, outcomesTable } from '../../../src/cli/show/outcomes.js';
import { endpointPattern, servicePattern } from '../../../src/cli/show/pattern.js';
import { chosenServices, serverRows } from '../../../src/cli/show/rows.js';
import { serversJson, serversTable } from '../../../src/cli/show/servers.js';
import { servicesJson, servicesTable } from '../../../src/cli/show/services.js';
import type { Connection } from '../../../src/observe/connections.js';
import { OUTCOMES } from '../../../src/observe/outcomes.js';
import { parseAddress } from '../../../src/model/address.js';
import { readingOf, stateOf } from './reading.js';

const STATE = stateOf(
  '-A -t 192.0.2.80:80 -s wrr',
  '-a -t 192.0.2.80:80 -r 10.0.0.1 -m -w 3',
  '-a -t 192.0.2.80:80 -r 10.0.0.2 -g -w 0',
  '-A -u [2001:db8::53]:53 -s mh -b mh-port -p 60 -o',
  '-a -u [2001:db8::53]:53 -r 10.0.0.1 -i --tun-type gue --tun-port 6080',
  '-A -f 7 -s rr',
);

test('services: usable servers of all, the sum of their connections, what the scheduler was told', () => {
  assert.deepEqual(servicesTable(chosenServices(readingOf(STATE)), undefined), [
    'SERVICE                SCHEDULER                       SERVERS  ACTIVE  INACTIVE  OPENED  CONN/s  IN PKT/s  OUT PKT/s  IN B/s  OUT B/s',
    'tcp 192.0.2.80:80      wrr                                 1/2      42        44       1       1         2          3       4        5',
    'udp [2001:db8::53]:53  mh (mh-port) persistent 60 ops      1/1      46        47      31      31        32         33      34       35',
    'mark 7                 rr                                  0/0       0         0      51      51        52         53      54       55',
  ]);
});

test('servers: in the order in which they were added, the quiesced one named', () => {
  const rows = chosenServices(readingOf(STATE), servicePattern(':80', '--service')).flatMap((one) => serverRows(one));
  assert.deepEqual(serversTable(rows, 80), [
    'SERVICE            REAL SERVER  BY     WEIGHT  ACTIVE  INACTIVE  CONN/s',
    'tcp 192.0.2.80:80  10.0.0.1:80  NAT         3      26        27      21',
    'tcp 192.0.2.80:80  10.0.0.2:80  DR   quiesced      16        17      11',
  ]);
  const [only] = chosenServices(readingOf(STATE), servicePattern('udp', '--service'));
  assert.match(serversTable(serverRows(only!), undefined)[1] ?? '', /10\.0\.0\.1:53 {2}TUN gue {2}/);
  assert.deepEqual(serverRows(only!, endpointPattern('10.0.0.2', '--server')), []);
});

test('--json tells the same by name', () => {
  const [first, second] = JSON.parse(servicesJson(chosenServices(readingOf(STATE)))) as Record<string, unknown>[];
  assert.deepEqual(
    { ...first, servers: (first?.['servers'] as unknown[]).length },
    {
      service: 'tcp 192.0.2.80:80',
      protocol: 'tcp',
      address: '192.0.2.80',
      port: 80,
      scheduler: 'wrr',
      schedulerFlags: [],
      onePacket: false,
      connections: { active: 42, inactive: 44, persistent: 0 },
      counts: { connections: 1, inPackets: 2, outPackets: 3, inBytes: 4, outBytes: 5 },
      rates: { connections: 1, inPackets: 2, outPackets: 3, inBytes: 4, outBytes: 5 },
      servers: 2,
    },
  );
  assert.deepEqual(
    [second?.['schedulerFlags'], second?.['persistence'], second?.['onePacket']],
    [['mh-port'], { timeoutS: 60 }, true],
  );
  const [server] = JSON.parse(
    serversJson(chosenServices(readingOf(STATE), servicePattern('udp', '-')).flatMap((one) => serverRows(one))),
  ) as Record<string, unknown>[];
  assert.deepEqual(server?.['tunnel'], { type: 'gue', port: 6080, checksum: 'none' });
  assert.deepEqual((server?.['of'] as { service: string }).service, 'udp [2001:db8::53]:53');
});

function connection(client: string, real: string, more: Partial<Connection> = {}): Connection {
  const end = (text: string, port: number) => ({ address: parseAddress(text) ?? assert.fail(text), port });
  return {
    protocol: 6,
    state: 'ESTABLISHED',
    secondsLeft: 899,
    client: end(client, 40000),
    virtual: end('192.0.2.80', 80),
    real: end(real, 8080),
    isTemplate: false,
    mark: 0,
    ...more,
  };
}

const CONNECTIONS = [
  connection('198.51.100.7', '10.0.0.1'),
  connection('198.51.100.8', '10.0.0.2', { state: 'TIME_WAIT', secondsLeft: 5 }),
  connection('203.0.113.9', '10.0.0.1', { protocol: 17, state: 'UDP', mark: 7 }),
];

const NOTHING_ASKED = { client: undefined, server: undefined, service: undefined, states: [] };

test('connections are chosen by client, service, server and state', () => {
  const chosen = (filter: Partial<Parameters<typeof isChosen>[0]>) => {
    const wanted = isChosen({ ...NOTHING_ASKED, ...filter });
    return CONNECTIONS.flatMap((each, index) => (wanted(each) ? [index] : []));
  };
  assert.deepEqual(chosen({}), [0, 1, 2]);
  assert.deepEqual(chosen({ client: endpointPattern('198.51.100.0/24', '-') }), [0, 1]);
  assert.deepEqual(chosen({ server: endpointPattern('10.0.0.1', '-') }), [0, 2]);
  assert.deepEqual(chosen({ service: servicePattern('udp', '-') }), [2]);
  assert.deepEqual(chosen({ service: servicePattern('tcp 192.0.2.80:80', '-') }), [0, 1]);
  assert.deepEqual(chosen({ service: servicePattern('192.0.2.81', '-') }), []);
  assert.deepEqual(chosen({ states: ['TIME_WAIT', 'UDP'] }), [1, 2]);
  assert.deepEqual(chosen({ states: ['TIME_WAIT'], client: endpointPattern('198.51.100.7', '-') }), []);
  assert.deepEqual(chosen({ service: servicePattern('mark 7', '-') }), [2]);
  assert.deepEqual(chosen({ service: servicePattern('mark 8', '-') }), []);
});

test('states are typed as they are read, several with commas', () => {
  const known = ['NONE', 'ESTABLISHED', 'UDP'];
  assert.deepEqual(statesOf(['established,udp', ' none'], known), ['ESTABLISHED', 'UDP', 'NONE']);
  assert.throws(() => statesOf(['ESTAB'], known), /--state cannot be 'ESTAB': NONE, ESTABLISHED, UDP/);
});

test('connections as a table', async () => {
  const lines: string[] = [];
  await writeTable(CONNECTIONS, undefined, (text) => lines.push(text));
  assert.deepEqual(lines.join('\n').split('\n'), [
    'PROTO  CLIENT              VIRTUAL        REAL SERVER    STATE        EXPIRES',
    'tcp    198.51.100.7:40000  192.0.2.80:80  10.0.0.1:8080  ESTABLISHED    14:59',
    'tcp    198.51.100.8:40000  192.0.2.80:80  10.0.0.2:8080  TIME_WAIT       0:05',
    'udp    203.0.113.9:40000   192.0.2.80:80  10.0.0.1:8080  UDP            14:59',
  ]);
  assert.deepEqual(connectionsTable(CONNECTIONS, undefined), lines.join('\n').split('\n'));
  const none: string[] = [];
  await writeTable([], undefined, (text) => none.push(text));
  assert.deepEqual(none, ['PROTO  CLIENT  VIRTUAL  REAL SERVER  STATE  EXPIRES']);
});

test('connections as JSON: one array, whether of none, a few or more than are written at once', async () => {
  for (const count of [0, 1, 3, 4096, 10_000]) {
    const some = Array.from({ length: count }, (_, index) => CONNECTIONS[index % 3]!);
    const texts: string[] = [];
    await writeJson(some, (text) => texts.push(text));
    const told = JSON.parse(texts.join('\n')) as { client: { address: string } }[];
    assert.deepEqual(
      told.map(({ client }) => client.address),
      some.map(({ client }) => client.address.bytes.join('.')),
    );
  }
});

test('outcomes: those that happened, with their rates', () => {
  const numberOf = (name: string) => OUTCOMES.find((each) => each.name === name)?.number ?? assert.fail(name);
  const after = new Array<bigint>(64).fill(0n);
  after[numberOf('forwarded_masquerade')] = 50_000n;
  after[numberOf('no_real_server')] = 7n;
  const before = after.with(numberOf('forwarded_masquerade'), 20_000n);
  const looks = { before, after, seconds: 2 };

  assert.deepEqual(outcomesTable(looks, false, undefined), [
    'OUTCOME               ACTION    PACKETS  PKT/s  MEANING',
    'forwarded_masquerade  transmit    50.0k  15.0k  sent to a real server by NAT',
    'no_real_server        drop            7      0  the service has no usable real server; the client was told',
  ]);
  assert.equal(outcomesTable(looks, true, undefined).length, 1 + OUTCOMES.length);
  assert.doesNotMatch(outcomesTable({ ...looks, seconds: 0 }, false, undefined).join(), /PKT\/s/);
  assert.deepEqual(outcomesTable({ before: [], after: [], seconds: 1 }, false, undefined), ['no packet has come yet']);

  const told = JSON.parse(outcomesJson(looks)) as { outcome: string; packets: number; perSecond: number }[];
  assert.equal(told.length, OUTCOMES.length);
  const { packets, perSecond } = told.find(({ outcome }) => outcome === 'forwarded_masquerade') ?? assert.fail();
  assert.deepEqual({ packets, perSecond }, { packets: 50_000, perSecond: 15_000 });
});

test('every outcome has a meaning of one line', () => {
  for (const { name, meaning } of OUTCOMES) assert.match(meaning, /^[^\n]{10,70}$/, name);
});
