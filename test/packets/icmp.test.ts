// SPDX-License-Identifier: Apache-2.0
/** What recordings of packets do not show of ICMP errors: what becomes of connections, neighbours and counts. */
import assert from 'node:assert/strict';

import { batch, directorTest, serverMac } from '../support/director.js';
import { ethernet, icmp, icmpv6, tcp, udp } from '../support/frames.js';
import { assertPassed, assertSent } from '../support/seen.js';
import type { Cast } from './scene.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();

/** Port unreachable, from the sender of `fields`, about `quoted`. */
function unreachable(
  cast: Cast,
  fields: { source: string; destination: string; ttl?: number },
  quoted: Buffer,
): Buffer {
  return cast.family === 'IPv4'
    ? icmp({ ...fields, type: 3, code: 3 }, quoted)
    : icmpv6({ ...fields, type: 1, code: 4 }, quoted);
}

for (const cast of FAMILIES) {
  const { family, client, clientAddress, virtual, virtualAddress, real, realAddress, moved } = cast;

  test(`${family}: an error keeps no connection alive`, services(virtual, moved, '-m'), (director) => {
    director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
    director.setTimeouts(1);
    const fromClient = { source: clientAddress, destination: virtualAddress };
    const fromReal = { source: realAddress, destination: clientAddress };
    director.receive(ethernet(unreachable(cast, fromClient, udp(virtual, client, 'hello')), FROM_CLIENT));
    director.receive(ethernet(unreachable(cast, fromReal, udp(client, moved, 'hello')), fromServer()), 'farm');
    assert.ok(director.secondsLeft() > 200);
  });

  test(
    `${family}: an error under VLAN tags goes on under those of its way`,
    services(virtual, moved, '-m'),
    (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
      for (const vlans of [[7], [100, 7]]) {
        const fields = { source: clientAddress, destination: virtualAddress };
        const error = unreachable(cast, fields, udp(virtual, client, 'hello'));
        const seen = director.receive(ethernet(error, { ...FROM_CLIENT, vlans }));
        const quoted = udp(virtual, client, 'hello');
        const wanted = unreachable(cast, { ...fields, destination: realAddress, ttl: 63 }, translated(cast, quoted));
        assertSent(seen, 'ICMP_FORWARDED', ethernet(wanted, toServer()));
      }
    },
  );

  test(`${family}: padding behind an error stays out of its checksum`, services(virtual, moved, '-m'), (director) => {
    director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
    const fields = { source: realAddress, destination: clientAddress };
    const padding = Buffer.alloc(9, 0xff);
    const error = unreachable(cast, fields, udp(client, moved, 'hello'));
    const seen = director.receive(ethernet(error, { ...fromServer(), padding }), 'farm');
    const quoted = udp(client, moved, 'hello');
    const wanted = unreachable(
      cast,
      { source: virtualAddress, destination: clientAddress, ttl: 63 },
      untranslated(cast, quoted),
    );
    assertSent(seen, 'ICMP_REPLIED', ethernet(wanted, { ...TO_CLIENT, padding }));
  });

  test(
    `${family}: schedule_icmp opens an inactive connection, for three seconds`,
    services(virtual, real, '-g'),
    (director) => {
      director.set('schedule_icmp', 1);
      const fields = { source: clientAddress, destination: virtualAddress };
      const error = unreachable(cast, fields, udp(virtual, client, 'hello'));
      assert.equal(director.receive(ethernet(error, FROM_CLIENT)).outcome, 'ICMP_FORWARDED');
      assert.equal(director.connections().length, 1);
      assert.equal(director.load(), '0/1');
      assert.ok(director.secondsLeft() <= 3);
    },
  );

  test(
    `${family}: a TCP connection that an error opens is in no state yet, and established by its first ACK`,
    services(virtual, real, '-g'),
    (director) => {
      director.set('schedule_icmp', 1);
      const fields = { source: clientAddress, destination: virtualAddress };
      const error = unreachable(cast, fields, tcp(virtual, client, 'ACK'));
      assert.equal(director.receive(ethernet(error, FROM_CLIENT)).outcome, 'ICMP_FORWARDED');
      assert.deepEqual(director.connections(), [`TCP NONE ${client} ${virtual} ${real}`]);
      assert.equal(director.load(), '0/1');
      director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
      assert.deepEqual(director.connections(), [`TCP ESTABLISHED ${client} ${virtual} ${real}`]);
      assert.equal(director.load(), '1/0');
    },
  );

  test(`${family}: echo is the host's, whatever it holds`, services(virtual, moved, '-m'), (director) => {
    director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
    const quoted = udp(virtual, client, 'hello');
    const fields = { source: clientAddress, destination: virtualAddress, code: 0 };
    for (const type of family === 'IPv4' ? [8, 0, 5, 12, 13] : [128, 129, 135]) {
      const frame = ethernet((family === 'IPv4' ? icmp : icmpv6)({ ...fields, type }, quoted), FROM_CLIENT);
      assertPassed(director.receive(frame), 'NOT_TRANSPORT', frame);
    }
  });
}

/** The quoted reply as the real server sent it, but for its UDP checksum; and the request as the client did. */
function translated(cast: Cast, quoted: Buffer): Buffer {
  return withChecksumOf(quoted, udp(cast.moved, cast.client, 'hello'));
}

function untranslated(cast: Cast, quoted: Buffer): Buffer {
  return withChecksumOf(quoted, udp(cast.client, cast.virtual, 'hello'));
}

function withChecksumOf(one: Buffer, other: Buffer): Buffer {
  const at = (one[0]! >> 4 === 4 ? 20 : 40) + 6;
  one.copy(other, at, at, at + 2);
  return other;
}

test(
  'an error for a real server whose neighbour is unknown: NAT leaves it to the host, DR asks for the neighbour',
  [...services(IPV4.virtual, IPV4.moved, '-m'), ...services('10.9.0.2:80', IPV4.real, '-g')],
  (director) => {
    for (const virtual of [IPV4.virtual, '10.9.0.2:80'])
      director.receive(ethernet(udp(IPV4.client, virtual, 'hello'), FROM_CLIENT));
    batch(['neigh del 192.168.1.1 dev farm']);
    try {
      director.forgetNextHops();
      const about = (virtual: string, address: string): Buffer =>
        ethernet(
          unreachable(IPV4, { source: IPV4.clientAddress, destination: address }, udp(virtual, IPV4.client, 'hello')),
          FROM_CLIENT,
        );
      const nat = director.receive(about(IPV4.virtual, IPV4.virtualAddress));
      assert.equal(`${nat.action} ${nat.outcome}`, 'PASS LEFT_TO_HOST');
      const direct = director.receive(about('10.9.0.2:80', '10.9.0.2'));
      assert.equal(`${direct.action} ${direct.outcome}`, 'PASS NEIGHBOUR_UNRESOLVED');
    } finally {
      batch([`neigh replace 192.168.1.1 lladdr ${serverMac(1)} dev farm nud permanent`]);
    }
  },
);
