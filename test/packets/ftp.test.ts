// SPDX-License-Identifier: Apache-2.0
/** FTP's control connection through NAT, byte by byte. What is expected of texts is what IPVS's helper made of them. */
import assert from 'node:assert/strict';

import { INTERFACE_SENDS } from '../../src/abi/generated.js';
import { directorTest } from '../support/director.js';
import type { Director } from '../support/director.js';
import { ethernet, ipFragment, parsePacket, tcp } from '../support/frames.js';
import { assertSent } from '../support/seen.js';
import { FROM_CLIENT, IPV4, IPV6, TO_CLIENT, fromServer, toServer } from './scene.js';
import type { Sides } from './ftp_talk.js';
import { Talk } from './ftp_talk.js';

const test = directorTest();

const { client, clientAddress } = IPV4;
const REAL = '192.168.1.1';

function nat(vip: string, real = `${REAL}:21`): string[] {
  return [`-A -t ${vip}:21 -s rr`, `-a -t ${vip}:21 -r ${real} -m`];
}

function talk(director: Director, vip: string, more: Partial<Sides> = {}): Talk {
  return new Talk(director, { client, virtual: `${vip}:21`, real: `${REAL}:21`, ...more }).open();
}

const entering = (address: string, port: number) =>
  `227 Entering Passive Mode (${address.replaceAll('.', ',')},${port >> 8},${port & 255}).\r\n`;

/** A data connection of the client to the virtual address, and the way back. */
function assertDataGoes(director: Director, from: string, virtual: string, real: string): void {
  const atServer = ethernet(tcp(from, real, 'SYN', { ttl: 63 }), toServer());
  assertSent(director.receive(ethernet(tcp(from, virtual, 'SYN'), FROM_CLIENT)), 'FORWARDED_MASQUERADE', atServer);
  const atClient = ethernet(tcp(virtual, from, 'SYN ACK', { ttl: 63 }), TO_CLIENT);
  const reply = ethernet(tcp(real, from, 'SYN ACK'), fromServer());
  assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
  const more = ethernet(tcp(from, real, 'PSH ACK', { payload: 'file', ttl: 63 }), toServer());
  const sent = ethernet(tcp(from, virtual, 'PSH ACK', { payload: 'file' }), FROM_CLIENT);
  assertSent(director.receive(sent), 'FORWARDED_MASQUERADE', more);
}

// The real server's address has 11 characters; what stands there instead has 8 to 14.
for (const vip of [
  '10.9.0.1',
  '10.9.0.11',
  '10.90.0.11',
  '198.51.10.1',
  '198.51.100.1',
  '198.51.100.10',
  '198.51.100.100',
]) {
  const change = vip.length - REAL.length;

  test(`PASV of ${vip}: the reply names it, and numbers shift by ${change}`, nat(vip), (director) => {
    const control = talk(director, vip);
    control.assertRequest({ payload: 'PASV\r\n' });
    const text = entering(REAL, 40001);
    const told = entering(vip, 40001);
    control.assertReply({ payload: text, sequence: 5000, id: 9 }, { payload: told });
    assert.deepEqual(director.connections(), [
      `TCP ESTABLISHED ${client} ${vip}:21 ${REAL}:21`,
      `TCP LISTEN ${clientAddress}:0 ${vip}:40001 ${REAL}:40001`,
    ]);

    const end = 5000 + text.length;
    control.assertRequest({ payload: 'LIST\r\n', acknowledged: end + change }, { acknowledged: end });
    control.assertReply({ payload: '150 Here\r\n', sequence: end }, { sequence: end + change });
    assertDataGoes(director, `${clientAddress}:50000`, `${vip}:40001`, `${REAL}:40001`);
    assert.deepEqual(
      director.connections(),
      [
        `TCP ESTABLISHED ${clientAddress}:50000 ${vip}:40001 ${REAL}:40001`,
        `TCP ESTABLISHED ${client} ${vip}:21 ${REAL}:21`,
      ].sort(),
    );
  });

  test(`PASV of ${vip}: what comes again is told again, wherever the numbers stand`, nat(vip), (director) => {
    const control = talk(director, vip);
    control.assertRequest({ payload: 'PASV\r\n' });
    const text = entering(REAL, 40001);
    const told = entering(vip, 40001);
    for (let i = 0; i < 3; i++) control.assertReply({ payload: text, sequence: 5000 }, { payload: told });
    // with what is behind it
    const end = 5000 + text.length;
    control.assertReply({ payload: `${text}150 Here\r\n`, sequence: 5000 }, { payload: `${told}150 Here\r\n` });
    control.assertReply({ payload: '150 Here\r\n', sequence: end }, { sequence: end + change });
    // what was before it, too
    control.assertReply({ payload: '220 Hello\r\n', sequence: 4989 });
    control.assertRequest({ acknowledged: 5000 }, {}, 'ACK');
    control.assertRequest({ acknowledged: end + change }, { acknowledged: end }, 'ACK');
    assert.equal(director.connections().length, 2);
  });

  test(`PASV of ${vip}: a second time numbers shift twice as far`, nat(vip), (director) => {
    const control = talk(director, vip);
    control.assertRequest({ payload: 'PASV\r\n' });
    const text = entering(REAL, 40001);
    control.assertReply({ payload: text, sequence: 0xfffffff0 }, { payload: entering(vip, 40001) });
    const second = (0xfffffff0 + text.length) >>> 0;
    control.assertRequest({ payload: 'pasv\r\n', acknowledged: second + change }, { acknowledged: second });
    control.assertReply(
      { payload: text, sequence: second },
      { payload: entering(vip, 40001), sequence: second + change },
    );
    const end = second + text.length;
    control.assertReply({ payload: '150 Here\r\n', sequence: end }, { sequence: end + 2 * change });
    control.assertRequest({ acknowledged: end + 2 * change }, { acknowledged: end }, 'ACK');
    control.assertRequest({ acknowledged: second + change }, { acknowledged: second }, 'ACK');
  });
}

const sack = (...edges: number[]): Buffer => {
  const option = Buffer.alloc(2 + 4 * edges.length, 5);
  option[1] = option.length;
  edges.forEach((edge, index) => option.writeUInt32BE(edge, 2 + 4 * index));
  return option;
};

for (const [name, before, behind] of [
  ['behind two no-operations', [1, 1], []],
  ['at an odd place', [1], [1]],
  ['behind a timestamp', [8, 10, 1, 2, 3, 4, 5, 6, 7, 8], []],
] as const)
  test(`selective acknowledgements shift, ${name}`, nat('198.51.100.100'), (director) => {
    const control = talk(director, '198.51.100.100');
    control.assertRequest({ payload: 'PASV\r\n' });
    const text = entering(REAL, 40001);
    control.assertReply({ payload: text, sequence: 5000 }, { payload: entering('198.51.100.100', 40001) });
    const end = 5000 + text.length;
    const options = (shift: number): Buffer =>
      Buffer.concat([Buffer.from(before), sack(end + 100 + shift, end + 200 + shift, 4000, 4100), Buffer.from(behind)]);
    control.assertRequest(
      { acknowledged: end + 3, tcpOptions: options(3) },
      { acknowledged: end, tcpOptions: options(0) },
      'ACK',
    );
    // The real server's own are of what the client sent, which nobody changes.
    control.assertReply({ sequence: end, tcpOptions: options(3) }, { sequence: end + 3 }, 'ACK');
  });

for (const [name, text, told] of [
  ['without parentheses', '227 =192,168,1,1,156,65\r\n', '227 =10,9,0,1,156,65\r\n'],
  ['with another address', '227 Mode (172,16,0,9,156,65)\r\n', '227 Mode (10,9,0,1,156,65)\r\n'],
  [
    'in a long segment',
    `227 Mode (192,168,1,1,156,65)\r\n${'more of it '.repeat(100)}`,
    `227 Mode (10,9,0,1,156,65)\r\n${'more of it '.repeat(100)}`,
  ],
] as const)
  test(`227 is read ${name}`, nat('10.9.0.1'), (director) => {
    const control = talk(director, '10.9.0.1');
    control.assertRequest({ payload: 'CWD /x\r\nPASV\r\n' });
    control.assertReply({ payload: text }, { payload: told });
    assert.ok(director.connections().includes(`TCP LISTEN ${clientAddress}:0 10.9.0.1:40001 ${REAL}:40001`));
  });

for (const [name, text] of [
  ['is not the beginning', ' 227 Mode (192,168,1,1,156,65)\r\n'],
  ['is split', '227 Entering Passive Mode (192,168,1,1,15'],
  ['lacks a number', '227 Entering Passive Mode (192,168,1,1,156)\r\n'],
  ['has a number too large', '227 Entering Passive Mode (192,168,1,256,156,65)\r\n'],
  ['names a port of other services', '227 Entering Passive Mode (192,168,1,1,0,22)\r\n'],
  ['says nothing', '227 \r\n'],
  ['is short', '22'],
  ['only looks like it', '227\0 (192,168,1,1,156,65)\r\n'],
  ['is another', '226 Transfer complete (192,168,1,1,156,65)\r\n'],
] as const)
  test(`a reply that ${name} is left as it is`, nat('10.9.0.1'), (director) => {
    const control = talk(director, '10.9.0.1');
    control.assertRequest({ payload: 'PASV\r\n' });
    control.assertReply({ payload: text, sequence: 5000 });
    control.assertReply({ payload: 'next', sequence: 5000 + text.length });
    assert.equal(director.connections().length, 1);
  });

test('227 that nobody asked for is left as it is', nat('10.9.0.1'), (director) => {
  const control = talk(director, '10.9.0.1');
  control.assertReply({ payload: entering(REAL, 40001) });
  control.assertRequest({ payload: 'PASV\r\n' });
  control.assertRequest({ payload: 'PORT 10,1,0,2,200,1\r\n' });
  control.assertReply({ payload: entering(REAL, 40001) });
  assert.deepEqual(director.connections(), [
    `TCP ESTABLISHED ${client} 10.9.0.1:21 ${REAL}:21`,
    `TCP LISTEN ${clientAddress}:51201 10.9.0.1:20 ${REAL}:20`,
  ]);
});

test('before the connection is established nothing is read', nat('10.9.0.1'), (director) => {
  director.receive(ethernet(tcp(client, '10.9.0.1:21', 'SYN'), FROM_CLIENT));
  director.receive(ethernet(tcp(client, '10.9.0.1:21', 'SYN', { payload: 'PORT 10,1,0,2,200,1\r\n' }), FROM_CLIENT));
  assert.deepEqual(director.connections(), [`TCP SYN_RECV ${client} 10.9.0.1:21 ${REAL}:21`]);
});

for (const { family, client, clientAddress, virtualAddress, realAddress } of [IPV4, IPV6]) {
  const bracket = (address: string): string => (family === 'IPv6' ? `[${address}]` : address);
  const [vip, real, from] = [virtualAddress, realAddress, clientAddress].map(bracket) as [string, string, string];
  const af = family === 'IPv6' ? 2 : 1;
  const sides = { client, virtual: `${vip}:21`, real: `${real}:21` };
  const lines = nat(vip, `${real}:21`);

  for (const command of ['EPSV\r\n', 'epsv\r\n', `EPSV ${af}\r\n`])
    test(`${family}: ${JSON.stringify(command)} opens the way to the port that 229 names`, lines, (director) => {
      const control = new Talk(director, sides).open();
      control.assertRequest({ payload: command });
      control.assertReply({ payload: '229 Entering Extended Passive Mode (|||40001|)\r\n', sequence: 5000 });
      assertDataGoes(director, `${from}:50000`, `${vip}:40001`, `${real}:40001`);
      control.assertReply({ payload: '150 Here\r\n', sequence: 5048 });
      assert.equal(director.load(), '2/0');
      assert.equal(director.traffic().connections, 1n);
    });

  test(`${family}: an address in 229 is taken out`, lines, (director) => {
    const control = new Talk(director, sides).open();
    control.assertRequest({ payload: 'EPSV\r\n' });
    const text = `229 Mode (|${af}|${realAddress}|40001|)\r\n`;
    const told = '229 Mode (|||40001|)\r\n';
    control.assertReply({ payload: text, sequence: 5000 }, { payload: told });
    const change = told.length - text.length;
    const end = 5000 + text.length;
    control.assertReply({ payload: '150 Here\r\n', sequence: end }, { sequence: end + change });
    control.assertRequest({ acknowledged: end + change }, { acknowledged: end }, 'ACK');
    assertDataGoes(director, `${from}:50000`, `${vip}:40001`, `${real}:40001`);
  });

  for (const text of [
    '229 (|||0|)\r\n',
    '229 (|||70000|)\r\n',
    '229 (|||400',
    '229 (|||22|)\r\n',
    '229 ||40001|\r\n',
    '229 (|||4x|)\r\n',
  ])
    test(`${family}: ${JSON.stringify(text)} is left as it is`, lines, (director) => {
      const control = new Talk(director, sides).open();
      control.assertRequest({ payload: 'EPSV\r\n' });
      control.assertReply({ payload: text });
      assert.equal(director.connections().length, 1);
    });

  test(`${family}: EPRT lets the real server's port 20 speak first, as the virtual service's`, lines, (director) => {
    const control = new Talk(director, sides).open();
    control.assertRequest({ payload: `EPRT |${af}|${clientAddress}|50001|\r\n` });
    const expected = [
      `TCP ESTABLISHED ${client} ${vip}:21 ${real}:21`,
      `TCP LISTEN ${from}:50001 ${vip}:20 ${real}:20`,
    ].sort();
    assert.deepEqual(director.connections(), expected);
    assert.equal(director.load(), '1/1');

    const data = new Talk(director, { client: `${from}:50001`, virtual: `${vip}:20`, real: `${real}:20` });
    data.assertReply({}, {}, 'SYN');
    data.assertRequest({}, {}, 'SYN ACK');
    data.assertReply({}, {}, 'ACK');
    data.assertReply({ payload: '227 Entering Passive Mode (192,168,1,1,156,65)\r\n' });
    assert.deepEqual(
      director.connections(),
      [
        expected[0]!.includes('ESTABLISHED') ? expected[0] : expected[1],
        `TCP ESTABLISHED ${from}:50001 ${vip}:20 ${real}:20`,
      ].sort(),
    );
    assert.equal(director.load(), '2/0');
    assert.equal(director.traffic().connections, 1n);
  });

  for (const text of [
    `EPRT |${3 - af}|${clientAddress}|50001|\r\n`,
    `EPRT |${af}|${clientAddress}|\r\n`,
    `EPRT |${af}|${clientAddress}|0|\r\n`,
    `EPRT |${af}||50001|\r\n`,
    `EPRT |${af}|${clientAddress}`,
    `EPRT |${af}|1:2:3.4|50001|\r\n`,
    'EPRT\r\n',
    'PORT 10,1,0,2,200\r\n',
    'PORTS\r\n',
    ' PORT 10,1,0,2,200,1\r\n',
  ])
    test(`${family}: ${JSON.stringify(text)} is left as it is`, lines, (director) => {
      const control = new Talk(director, sides).open();
      control.assertRequest({ payload: text });
      assert.equal(director.connections().length, 1);
    });
}

for (const [text, address] of [
  ['::3:1:2', '::3:1:2'],
  ['2001:db8::', '2001:db8::'],
  ['2001:DB8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5'],
  ['1::8', '1::8'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::', '::'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
] as const)
  test(`EPRT's address may be written ${text}`, nat('[fd09::1]', '[fd02::1]:21'), (director) => {
    const sides = { client: IPV6.client, virtual: '[fd09::1]:21', real: '[fd02::1]:21' };
    new Talk(director, sides).open().assertRequest({ payload: `EPRT |2|${text}|50001|\r\n` });
    assert.ok(director.connections().includes(`TCP LISTEN [${address}]:50001 [fd09::1]:20 [fd02::1]:20`));
  });

for (const text of [
  '1',
  ':1',
  '1:',
  '1:::2',
  '1::2::3',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '1:2:3:4:5:6:7:8::',
  'g::',
  '::1:',
])
  test(`${text} is no address to EPRT`, nat('[fd09::1]', '[fd02::1]:21'), (director) => {
    const sides = { client: IPV6.client, virtual: '[fd09::1]:21', real: '[fd02::1]:21' };
    new Talk(director, sides).open().assertRequest({ payload: `EPRT |2|${text}|50001|\r\n` });
    assert.equal(director.connections().length, 1);
  });

test('PORT, again and again, leaves one expected connection', nat('10.9.0.1'), (director) => {
  const control = talk(director, '10.9.0.1');
  for (let i = 0; i < 3; i++) control.assertRequest({ payload: 'PORT 10,1,0,2,200,1\r\n' });
  assert.deepEqual(director.connections(), [
    `TCP ESTABLISHED ${client} 10.9.0.1:21 ${REAL}:21`,
    `TCP LISTEN ${clientAddress}:51201 10.9.0.1:20 ${REAL}:20`,
  ]);
  assert.equal(director.load(), '1/1');
});

test('a real server on another port sends from the port before it', nat('10.9.0.1', `${REAL}:2121`), (director) => {
  const control = talk(director, '10.9.0.1', { real: `${REAL}:2121` });
  control.assertRequest({ payload: 'PORT 10,1,0,2,200,1\r\n' });
  control.assertRequest({ payload: 'EPSV\r\n' });
  control.assertReply({ payload: '229 (|||40001|)\r\n' });
  assertDataGoes(director, `${clientAddress}:50000`, '10.9.0.1:40001', `${REAL}:40001`);
  const data = new Talk(director, { client: `${clientAddress}:51201`, virtual: '10.9.0.1:20', real: `${REAL}:2120` });
  data.assertReply({}, {}, 'SYN');
  data.assertRequest({}, {}, 'SYN ACK');
  data.assertReply({}, {}, 'ACK');
  assert.deepEqual(
    director.connections(),
    [
      `TCP ESTABLISHED ${client} 10.9.0.1:21 ${REAL}:2121`,
      `TCP ESTABLISHED ${clientAddress}:50000 10.9.0.1:40001 ${REAL}:40001`,
      `TCP ESTABLISHED ${clientAddress}:51201 10.9.0.1:20 ${REAL}:2120`,
    ].sort(),
  );
});

test(
  'a data connection goes where its control connection does, whoever is next',
  [
    ...nat('10.9.0.1'),
    '-a -t 10.9.0.1:21 -r 192.168.1.2:21 -m',
    '-A -t 10.9.0.1:40001 -s rr',
    '-a -t 10.9.0.1:40001 -r 192.168.1.3:40001 -m',
  ],
  (director) => {
    director.receive(ethernet(tcp('10.1.0.3:1', '10.9.0.1:21', 'SYN'), FROM_CLIENT));
    const control = talk(director, '10.9.0.1');
    control.assertRequest({ payload: 'PASV\r\n' });
    control.fromServer({ payload: entering(REAL, 40001) });
    // a service's own connections are others'
    const stranger = ethernet(tcp('10.1.0.3:50000', '10.9.0.1:40001', 'SYN'), FROM_CLIENT);
    assert.equal(director.receive(stranger).frame.readUInt8(33), 3);
    assertDataGoes(director, `${clientAddress}:50000`, '10.9.0.1:40001', `${REAL}:40001`);
  },
);

test('nobody else uses a port that is expected', nat('10.9.0.1'), (director) => {
  const control = talk(director, '10.9.0.1');
  control.assertRequest({ payload: 'PASV\r\n' });
  control.fromServer({ payload: entering(REAL, 40001) });
  for (const [from, to] of [
    ['10.1.0.3:50000', '10.9.0.1:40001'],
    [`${clientAddress}:50000`, '10.9.0.1:40002'],
  ] as const)
    assert.equal(director.receive(ethernet(tcp(from, to, 'SYN'), FROM_CLIENT)).outcome, 'NO_CONNECTION');
  const ack = ethernet(tcp(`${clientAddress}:50000`, '10.9.0.1:40001', 'ACK'), FROM_CLIENT);
  assert.equal(director.receive(ack).outcome, 'NO_CONNECTION');
});

test(
  'services of port 0 and of marks have the helper too',
  ['-A -t 10.9.0.1:0 -s rr -p 100', `-a -t 10.9.0.1:0 -r ${REAL}:0 -m`],
  (director) => {
    const control = talk(director, '10.9.0.1');
    control.assertRequest({ payload: 'PASV\r\n' });
    control.assertReply({ payload: entering(REAL, 40001) }, { payload: entering('10.9.0.1', 40001) });
    assertDataGoes(director, `${clientAddress}:50000`, '10.9.0.1:40001', `${REAL}:40001`);
  },
);

test('a mark has the helper too', ['-A -f 7 -s rr', `-a -f 7 -r ${REAL}:2121 -m`], (director) => {
  director.mark('-d 10.9.0.1 -p tcp --dport 21 -j MARK --set-mark 7');
  const control = talk(director, '10.9.0.1', { real: `${REAL}:2121` });
  control.assertRequest({ payload: 'PASV\r\n' });
  control.assertReply({ payload: entering(REAL, 40001) }, { payload: entering('10.9.0.1', 40001) });
  assertDataGoes(director, `${clientAddress}:50000`, '10.9.0.1:40001', `${REAL}:40001`);
  control.assertRequest({ payload: 'LIST\r\n', acknowledged: 1049 - 3 }, { acknowledged: 1049 });
});

test(
  'other ports and other methods have none',
  [
    '-A -t 10.9.0.1:2121 -s rr',
    `-a -t 10.9.0.1:2121 -r ${REAL}:21 -m`,
    '-A -t 10.9.0.2:21 -s rr',
    `-a -t 10.9.0.2:21 -r ${REAL}:21 -g`,
  ],
  (director) => {
    const moved = new Talk(director, { client, virtual: '10.9.0.1:2121', real: `${REAL}:21` }).open();
    moved.assertRequest({ payload: 'PASV\r\n' });
    moved.assertReply({ payload: entering(REAL, 40001) });
    const direct = tcp('10.1.0.3:1', '10.9.0.2:21', 'SYN');
    director.receive(ethernet(direct, FROM_CLIENT));
    const port = ethernet(tcp('10.1.0.3:1', '10.9.0.2:21', 'ACK', { payload: 'PORT 10,1,0,3,200,1\r\n' }), FROM_CLIENT);
    assert.equal(director.receive(port).outcome, 'FORWARDED_DIRECT_ROUTE');
    assert.equal(director.connections().length, 2);
  },
);

test('a new connection of the same ports starts with unshifted numbers', nat('10.9.0.1'), (director) => {
  const first = talk(director, '10.9.0.1');
  first.assertRequest({ payload: 'PASV\r\n' });
  first.assertReply({ payload: entering(REAL, 40001) }, { payload: entering('10.9.0.1', 40001) });
  first.fromServer({}, 'RST');
  const second = talk(director, '10.9.0.1');
  second.assertReply({ payload: 'hello\r\n', sequence: 9000 });
  second.assertRequest({ acknowledged: 9007 }, {}, 'ACK');
  second.assertReply({ payload: entering(REAL, 40001) });
});

test('while data flows the control connection does not end', nat('10.9.0.1'), async (director) => {
  director.setTimeouts(2);
  const control = talk(director, '10.9.0.1');
  control.assertRequest({ payload: 'EPSV\r\n' });
  control.assertReply({ payload: '229 (|||40001|)\r\n' });
  assertDataGoes(director, `${clientAddress}:50000`, '10.9.0.1:40001', `${REAL}:40001`);
  const data = new Talk(director, {
    client: `${clientAddress}:50000`,
    virtual: '10.9.0.1:40001',
    real: `${REAL}:40001`,
  });
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    data.fromClient({}, 'ACK');
    data.fromServer({}, 'ACK');
  }
  control.assertRequest({ payload: 'NOOP\r\n' });
  for (let i = 0; i < 100 && director.connections().length > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(director.connections(), []);
});

test('in fragments numbers shift too, and nothing is read', nat('10.9.0.1'), (director) => {
  director.changeInterface('farm', { flags: INTERFACE_SENDS });
  const control = talk(director, '10.9.0.1');
  control.assertRequest({ payload: 'PASV\r\n' });
  const text = entering(REAL, 40001);
  control.assertReply({ payload: text, sequence: 5000 }, { payload: entering('10.9.0.1', 40001) });
  const more = { payload: '227 a long story '.repeat(20), sequence: 5000 + text.length };
  const { payload } = parsePacket(tcp(`${REAL}:21`, client, 'PSH ACK', more));
  const ends = { source: REAL, destination: clientAddress };
  const pieces = [
    ipFragment(ends, 6, payload.subarray(0, 160), 0, true),
    ipFragment(ends, 6, payload.subarray(160), 160, false),
  ];
  const seen = pieces.map((piece) => director.receive(ethernet(piece, fromServer()), 'farm').outcome);
  assert.deepEqual(seen, ['FRAGMENT_HELD', 'REPLIED_MASQUERADE']);
  const atClient = tcp('10.9.0.1:21', client, 'PSH ACK', { ...more, sequence: more.sequence - 3 });
  const header = parsePacket(atClient).payload.subarray(0, 20);
  assert.ok(Buffer.from(director.maps.memory('assemblies')).includes(header));
});
