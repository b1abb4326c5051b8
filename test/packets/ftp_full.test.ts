// SPDX-License-Identifier: Apache-2.0
/** FTP's control connections with a connection table of 16 lines. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, tcp } from '../support/frames.js';
import { assertDropped } from '../support/seen.js';
import { Talk } from './ftp_talk.js';
import { FROM_CLIENT, IPV4, services } from './scene.js';

const test = directorTest({ connections: 16 });

const { client, clientAddress, virtual, real } = IPV4;
const SIDES = { client, virtual: '10.9.0.1:21', real: '192.168.1.1:21' };
const LINES = [
  '-A -t 10.9.0.1:21 -s rr',
  '-a -t 10.9.0.1:21 -r 192.168.1.1:21 -m',
  ...services(virtual, real, '-g').slice(0, 2),
];
const REPLY = '227 Mode (192,168,1,1,156,65)\r\n';

test('who is told to expect ever more connections fills no other lines than a flood does', LINES, (director) => {
  const control = new Talk(director, SIDES).open();
  for (let port = 1; port < 200; port++) control.assertRequest({ payload: `PORT 10,1,0,2,200,${port}\r\n` });
  for (let i = 0; i < 50; i++) {
    assert.equal(control.fromClient({ payload: 'PASV\r\n' }).outcome, 'FORWARDED_MASQUERADE');
    const sequence = 5000 + 100 * i;
    assert.equal(
      control.fromServer({ payload: REPLY.replace('65', String(i)), sequence }).outcome,
      'REPLIED_MASQUERADE',
    );
  }
  assert.ok(director.connections().length <= 16);
  assert.match(director.connections().join(), new RegExp(`ESTABLISHED ${client}`));
  assert.equal(director.load(), `1/${director.connections().length - 1}`, 'who was given up is not counted');
});

test('where no line is free, what asks for one is dropped, and is as good when it comes again', LINES, (director) => {
  const control = new Talk(director, SIDES).open();
  for (let port = 1000; port < 1200; port++)
    for (const flags of ['SYN', 'ACK'])
      director.receive(ethernet(tcp(`${clientAddress}:${port}`, virtual, flags), FROM_CLIENT));
  assertDropped(control.fromClient({ payload: 'PORT 10,1,0,2,200,1\r\n' }), 'CONNECTION_TABLE_FULL');
  control.assertRequest({ payload: 'PASV\r\n' });
  assertDropped(control.fromServer({ payload: REPLY, sequence: 5000 }), 'CONNECTION_TABLE_FULL');

  const begin = director.connections().length;
  director.setTimeouts(0);
  director.receive(ethernet(tcp(`${clientAddress}:${portOfAny(director.connections())}`, virtual, 'ACK'), FROM_CLIENT));
  director.setTimeouts(100);
  assert.equal(director.connections().length, begin - 1);
  const told = REPLY.replace('192,168,1,1', '10,9,0,1');
  control.assertReply({ payload: REPLY, sequence: 5000 }, { payload: told });
  control.assertReply({ payload: 'next', sequence: 5000 + REPLY.length }, { sequence: 5000 + told.length });
});

/** Of a client of the other service. */
function portOfAny(connections: readonly string[]): string {
  const [, port] = /ESTABLISHED 10\.1\.0\.2:(1[01]\d\d) /.exec(connections.join())!;
  return port!;
}
