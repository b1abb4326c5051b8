// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, ip, parseFrame, parsePacket, problemsOf, tcp, udp } from '../support/frames.js';
import type { IpFields } from '../support/frames.js';
import { assertSent } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, services, toServer } from './scene.js';
import type { Cast } from './scene.js';

const test = directorTest();

/** The outer header as IPVS writes it around a packet that may not be cut. */
function tunnelled(outer: Cast, inner: Cast, packet: Buffer, fields: Partial<IpFields> = {}): Buffer {
  const header = { source: outer.farm, destination: outer.realAddress, ttl: 63, id: 0, ...fields };
  return ethernet(ip(header, inner.protocol, packet), toServer());
}

for (const outer of FAMILIES) {
  for (const inner of FAMILIES) {
    const { client, virtual } = inner;
    const name = `TUN, ${inner.family} in ${outer.family}`;
    const lines = services(virtual, outer.real, '-i');
    const mayBeCut = inner.family === 'IPv6' && outer.family === 'IPv4';

    for (const payload of ['', 'x', 'hello', 'an even one.']) {
      test(`${name}: ${payload.length} bytes go whole, one hop less, in an outer header`, lines, (director) => {
        const kinds = [
          [tcp(client, virtual, 'SYN', { payload }), tcp(client, virtual, 'SYN', { payload, ttl: 63 })],
          [udp(client, virtual, payload), udp(client, virtual, payload, { ttl: 63 })],
        ] as const;
        for (const [packet, shorter] of kinds) {
          const seen = director.receive(ethernet(packet, FROM_CLIENT));
          const { id } = parsePacket(parseFrame(seen.frame).packet);
          const fields = mayBeCut ? { id, dontFragment: false } : {};
          assertSent(seen, 'FORWARDED_TUNNEL', tunnelled(outer, inner, shorter, fields));
        }
      });
    }

    for (const tos of [0, 0xb8, 0xb9, 2, 3, 0xff]) {
      const copied = (tos & 3) === 3 ? tos - 1 : tos;

      test(`${name}: traffic class ${tos} becomes ${copied} outside, and TTL 2 becomes 1`, lines, (director) => {
        const seen = director.receive(
          ethernet(udp(client, virtual, 'hello', { tos, ttl: 2, flowLabel: 0xfffff }), FROM_CLIENT),
        );
        assert.equal(seen.outcome, 'FORWARDED_TUNNEL');
        assert.deepEqual(problemsOf(seen.frame), []);
        const outside = parsePacket(parseFrame(seen.frame).packet);
        const inside = parsePacket(outside.payload);
        assert.deepEqual([outside.tos, inside.tos, outside.ttl, inside.ttl], [copied, tos, 1, 1]);
      });
    }
  }
}

test(
  'TUN: a packet that may be cut has an outer header without DF and with an id',
  services(IPV4.virtual, IPV4.real, '-i'),
  (director) => {
    const { client, virtual } = IPV4;
    const ids = new Set<number>();
    for (let i = 0; i < 8; i++) {
      const seen = director.receive(ethernet(udp(client, virtual, 'hello', { dontFragment: false }), FROM_CLIENT));
      const { id, dontFragment } = parsePacket(parseFrame(seen.frame).packet);
      assert.equal(dontFragment, false);
      const inner = udp(client, virtual, 'hello', { dontFragment: false, ttl: 63 });
      assertSent(seen, 'FORWARDED_TUNNEL', tunnelled(IPV4, IPV4, inner, { id, dontFragment: false }));
      ids.add(id);
    }
    assert.ok(ids.size > 1, 'ids that never change could be reassembled into each other');
  },
);
