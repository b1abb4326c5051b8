// SPDX-License-Identifier: Apache-2.0
/** Frames that end too early, or whose headers lie, are never rewritten: they go to the host as they came. */
import assert from 'node:assert/strict';

import type { Arm, Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { FAMILIES, FROM_CLIENT, IPV4, IPV6, fromServer, services } from './scene.js';

const test = directorTest();

const ETHERNET = 14;

function assertPassed(director: Director, frame: Buffer, arm: Arm, what: string): void {
  const seen = director.receive(frame, arm);
  assert.equal(seen.action, 'PASS', `${what}: ${seen.action} ${seen.outcome}`);
  assert.ok(seen.frame.equals(frame), `${what}: rewritten`);
  assert.ok(['MALFORMED', 'NOT_IP'].includes(seen.outcome), `${what}: ${seen.outcome}`);
}

function assertNeverRewritten(director: Director, frame: Buffer, arm: Arm): void {
  const whole = director.receive(frame, arm);
  assert.equal(whole.action, 'REDIRECT', `whole: ${whole.action} ${whole.outcome}`);
  for (let length = ETHERNET; length < frame.length; length++)
    assertPassed(director, frame.subarray(0, length), arm, `cut to ${length} of ${frame.length} bytes`);
  for (let length = 1; length < ETHERNET; length++)
    assert.throws(() => director.receive(frame.subarray(0, length), arm), { code: 'EINVAL' });
}

for (const { family, client, virtual, real } of FAMILIES) {
  for (const method of ['-m', '-g', '-i']) {
    for (const vlans of [[], [7], [100, 7]]) {
      test(
        `${family} ${method}, ${vlans.length} VLAN tags: a request cut anywhere passes as it is`,
        services(virtual, real, method),
        (director) => {
          const link = { ...FROM_CLIENT, vlans };
          assertNeverRewritten(
            director,
            ethernet(tcp(client, virtual, 'SYN', { payload: 'odd', tcpOptions: Buffer.alloc(8, 1) }), link),
            'lan',
          );
          assertNeverRewritten(director, ethernet(udp(client, virtual, 'hello'), link), 'lan');
        },
      );
    }
  }

  test(`${family}: a NAT reply cut anywhere passes as it is`, services(virtual, real, '-m'), (director) => {
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
    assertNeverRewritten(director, ethernet(tcp(real, client, 'SYN ACK', { payload: 'odd' }), fromServer()), 'farm');
    assertNeverRewritten(director, ethernet(udp(real, client, 'hello'), fromServer()), 'farm');
  });

  test(
    `${family}: without a connection, too, a packet cut anywhere opens none`,
    services(virtual, real, '-m'),
    (director) => {
      const frame = ethernet(tcp(client, virtual, 'SYN', { payload: 'odd' }), FROM_CLIENT);
      for (let length = ETHERNET; length < frame.length; length++)
        assertPassed(director, frame.subarray(0, length), 'lan', `cut to ${length} bytes`);
      assert.deepEqual(director.connections(), []);
      assert.equal(director.load(), '0/0');
    },
  );
}

test('IPv4 options cut anywhere pass as they are', services(IPV4.virtual, IPV4.real, '-m'), (director) => {
  const options = Buffer.alloc(40, 1);
  assertNeverRewritten(director, ethernet(udp(IPV4.client, IPV4.virtual, 'hello', { options }), FROM_CLIENT), 'lan');
});

for (const method of ['-m', '-g', '-i']) {
  test(
    `IPv4 ${method}: a header whose lengths or version lie passes as it is`,
    services(IPV4.virtual, IPV4.real, method),
    (director) => {
      for (const packet of [tcp(IPV4.client, IPV4.virtual, 'SYN'), udp(IPV4.client, IPV4.virtual, '')]) {
        for (const ihl of [0, 1, 4, 11, 15]) assertLie(director, packet, (bytes) => (bytes[0] = 0x40 | ihl));
        for (const version of [0, 5, 6, 15]) assertLie(director, packet, (bytes) => (bytes[0] = (version << 4) | 5));
        for (const length of [0, 19, 20, 27, packet.length + 1, 0xffff])
          assertLie(director, packet, (bytes) => bytes.writeUInt16BE(length, 2));
      }
    },
  );

  test(
    `IPv6 ${method}: a header whose length or version lies passes as it is`,
    services(IPV6.virtual, IPV6.real, method),
    (director) => {
      for (const packet of [tcp(IPV6.client, IPV6.virtual, 'SYN'), udp(IPV6.client, IPV6.virtual, '')]) {
        for (const version of [0, 4, 5, 15]) assertLie(director, packet, (bytes) => (bytes[0] = version << 4));
        for (const length of [0, 7, packet.length - 39, 0xffff])
          assertLie(director, packet, (bytes) => bytes.writeUInt16BE(length, 4));
      }
    },
  );
}

/** A datagram without payload has 8 bytes, so that a length of 19 or 27 cuts the transport header of both protocols. */
function assertLie(director: Director, packet: Buffer, lie: (packet: Buffer) => void): void {
  const lying = Buffer.from(packet);
  lie(lying);
  assertPassed(
    director,
    ethernet(packet, FROM_CLIENT).fill(lying, ETHERNET),
    'lan',
    lying.subarray(0, 20).toString('hex'),
  );
}
