// SPDX-License-Identifier: Apache-2.0
/** IPv6 extension headers before the transport's, as Linux 6.1 with IPVS forwarded them or did not (asked with these packets). */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, extend, icmpv6, ip, tcp, udp } from '../support/frames.js';
import { assertAnswered, assertPassed, assertSame } from '../support/seen.js';
import { FROM_CLIENT, IPV6, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();
const { client, virtual, real, moved, farm, realAddress } = IPV6;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const AUTHENTICATION = 51;
const DESTINATION = 60;

/** XX stands for TCP's number. */
function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('XX', '06').replaceAll(' ', ''), 'hex');
}

const PAD = '0104 00000000';

/** What the first is, and all of them. */
type Extensions = readonly [first: number, text: string];

const FORWARDED: Readonly<Record<string, Extensions>> = {
  'hop-by-hop padding': [HOP_BY_HOP, `XX00 ${PAD}`],
  'hop-by-hop padding of one byte each': [HOP_BY_HOP, 'XX00 000000000000'],
  'a router alert': [HOP_BY_HOP, 'XX00 05020000 0100'],
  'an unknown hop-by-hop option that may be skipped': [HOP_BY_HOP, 'XX00 1e0401020304'],
  'eight hop-by-hop options': [HOP_BY_HOP, `XX02 ${'1e00'.repeat(8)} ${PAD}`],
  'destination options': [DESTINATION, `XX00 ${PAD}`],
  'destination options that nobody knows': [DESTINATION, 'XX00 9e0401020304'],
  'a routing header that is used up': [ROUTING, 'XX000000 00000000'],
  'a routing header with segments left': [ROUTING, 'XX020401 00000000 fd090000000000000000000000000001'],
  'an authentication header': [AUTHENTICATION, `XX040000 ${'01'.repeat(20)}`],
  'all of them': [HOP_BY_HOP, `3c00 ${PAD} 2b00 ${PAD} 33000000 00000000 XX010000 0101010101010101`],
  'twelve of them': [DESTINATION, `3c00 ${PAD}`.repeat(11) + `XX00 ${PAD}`],
  'hop-by-hop options that do not come first': [DESTINATION, `0000 ${PAD} XX00 9e0401020304`],
};

for (const [name, [first, text]] of Object.entries(FORWARDED)) {
  const put = (packet: Buffer) => extend(packet, first, bytes(text));

  test(`NAT: ${name} go and come back`, services(virtual, moved, '-m'), (director) => {
    const request = director.receive(ethernet(put(tcp(client, virtual, 'SYN')), FROM_CLIENT));
    assert.equal(request.outcome, 'FORWARDED_MASQUERADE');
    assertSame(request.frame, ethernet(put(tcp(client, moved, 'SYN', { ttl: 63 })), toServer()));

    const plain = director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
    assertSame(plain.frame, ethernet(tcp(client, moved, 'ACK', { ttl: 63 }), toServer()));

    const reply = director.receive(ethernet(put(tcp(moved, client, 'SYN ACK')), fromServer()), 'farm');
    assert.equal(reply.outcome, 'REPLIED_MASQUERADE');
    assertSame(reply.frame, ethernet(put(tcp(virtual, client, 'SYN ACK', { ttl: 63 })), TO_CLIENT));
    assert.deepEqual(director.connections(), [`TCP ESTABLISHED ${client} ${virtual} ${moved}`]);
  });

  test(`DR: ${name} go`, services(virtual, real, '-g'), (director) => {
    const { frame } = director.receive(ethernet(put(tcp(client, virtual, 'SYN')), FROM_CLIENT));
    assertSame(frame, ethernet(put(tcp(client, virtual, 'SYN', { ttl: 63 })), toServer()));
  });

  test(`TUN: ${name} go`, services(virtual, real, '-i'), (director) => {
    const { frame } = director.receive(ethernet(put(tcp(client, virtual, 'SYN')), FROM_CLIENT));
    const inner = put(tcp(client, virtual, 'SYN', { ttl: 63 }));
    const outer = ip({ source: farm, destination: realAddress, ttl: 63 }, 41, inner);
    assertSame(frame, ethernet(outer, toServer()));
  });
}

test('NAT: a UDP datagram without a checksum has one made', services(virtual, moved, '-m'), (director) => {
  const put = (packet: Buffer) => extend(packet, DESTINATION, bytes(`1100 ${PAD}`));
  const { frame } = director.receive(ethernet(put(udp(client, virtual, 'hi', { checksum: 'none' })), FROM_CLIENT));
  assertSame(frame, ethernet(put(udp(client, moved, 'hi', { ttl: 63 })), toServer()));
});

const THE_HOSTS: Readonly<Record<string, Extensions>> = {
  'an unknown hop-by-hop option that is to be told of': [HOP_BY_HOP, 'XX00 9e0401020304'],
  'an unknown hop-by-hop option that discards': [HOP_BY_HOP, 'XX00 5e0401020304'],
  'a jumbogram': [HOP_BY_HOP, 'XX00 c20400010000'],
  'a label': [HOP_BY_HOP, 'XX01 070c 000000000000000000000000'],
  'padding that is not zero': [HOP_BY_HOP, 'XX00 0104 00010000'],
  'too much padding': [HOP_BY_HOP, 'XX01 010c 000000000000000000000000'],
  'too much padding of one byte each': [HOP_BY_HOP, 'XX01 0000000000000000000000000000'],
  'an option longer than its header': [HOP_BY_HOP, 'XX00 0107 00000000'],
  'nine hop-by-hop options': [HOP_BY_HOP, `XX02 ${'1e00'.repeat(9)} 01020000`],
  'a router alert of another length': [HOP_BY_HOP, 'XX00 050400000000'],
  'an extension header longer than the packet': [DESTINATION, `XX20 ${PAD}`],
  'seventeen headers': [DESTINATION, `3c00 ${PAD}`.repeat(16) + `XX00 ${PAD}`],
  'nothing behind': [DESTINATION, `3b00 ${PAD}`],
  'something else behind': [DESTINATION, `5900 ${PAD}`],
  'a mobility header': [135, `XX00 ${PAD}`],
};

for (const [name, [first, text]] of Object.entries(THE_HOSTS)) {
  test(`${name}: the packet is the host's`, services(virtual, moved, '-m'), (director) => {
    const frame = ethernet(extend(tcp(client, virtual, 'SYN'), first, bytes(text)), FROM_CLIENT);
    const seen = director.receive(frame);
    assert.equal(seen.action, 'PASS');
    assert.match(seen.outcome, /^(MALFORMED|NOT_TRANSPORT)$/);
    assertSame(seen.frame, frame);
    assert.deepEqual(director.connections(), []);
  });
}

test('a fragment behind another header is a fragment', services(virtual, moved, '-m'), (director) => {
  const fragment = extend(tcp(client, virtual, 'SYN'), DESTINATION, bytes(`2c00 ${PAD} XX000001 12345678`));
  assertPassed(director.receive(ethernet(fragment, FROM_CLIENT)), 'FRAGMENT', ethernet(fragment, FROM_CLIENT));
});

test('the client of a service without real servers is told', [`-A -t ${virtual} -s rr`], (director) => {
  const packet = extend(tcp(client, virtual, 'SYN'), DESTINATION, bytes(`XX00 ${PAD}`));
  const fields = { source: IPV6.complainer, destination: IPV6.clientAddress, type: 1, code: 4 };
  assertAnswered(director.receive(ethernet(packet, FROM_CLIENT)), 'NO_REAL_SERVER', () =>
    ethernet(icmpv6(fields, packet), TO_CLIENT),
  );
});

test('cut short anywhere, it is left alone', services(virtual, moved, '-m'), (director) => {
  const whole = ethernet(
    extend(tcp(client, virtual, 'SYN'), HOP_BY_HOP, bytes(`3c00 ${PAD} XX00 ${PAD}`)),
    FROM_CLIENT,
  );
  for (let length = 14; length < whole.length; length++) {
    const frame = whole.subarray(0, length);
    const seen = director.receive(frame);
    assert.equal(seen.action, 'PASS', `${length} bytes: ${seen.outcome}`);
    assertSame(seen.frame, frame);
  }
});
