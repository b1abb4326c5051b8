// SPDX-License-Identifier: Apache-2.0
/** The way to a real server is not known, or not there. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { batch, directorTest } from '../support/director.js';
import { ethernet, icmp, icmpv6, tcp, udp } from '../support/frames.js';
import { assertDropped, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, IPV6, services } from './scene.js';

const test = directorTest();

/** Of the farm's network, but nobody there has ever been asked for. */
const ABSENT = { IPv4: '192.168.1.99', IPv6: 'fd02::99' } as const;

for (const { family, client, clientAddress, virtual } of FAMILIES) {
  const absent = ABSENT[family];
  const real = family === 'IPv4' ? `${absent}:80` : `[${absent}]:80`;

  test(
    `NAT, ${family}: a request to an unresolved real server goes to the host rewritten, which asks for it`,
    services(virtual, real, '-m'),
    (director) => {
      for (const make of [
        (to: string) => tcp(client, to, 'SYN', { payload: 'odd' }),
        (to: string) => udp(client, to, 'hello'),
      ]) {
        const seen = director.receive(ethernet(make(virtual), FROM_CLIENT));
        assertPassed(seen, 'LEFT_TO_HOST', ethernet(make(real), FROM_CLIENT));
      }
      assert.equal(director.connections().length, 2);
    },
  );

  for (const method of ['-g', '-i']) {
    test(
      `${method}, ${family}: a request to an unresolved real server becomes an echo reply to it, which the host sends`,
      services(virtual, real, method),
      (director) => {
        const probe = (family === 'IPv4' ? icmp : icmpv6)(
          { source: clientAddress, destination: absent, type: family === 'IPv4' ? 0 : 129, code: 0, id: 0 },
          new Uint8Array(),
        );
        const packets = [
          tcp(client, virtual, 'SYN'),
          udp(client, virtual, ''),
          udp(client, virtual, Buffer.alloc(1400)),
        ];
        for (const vlans of [[], [7]]) {
          for (const packet of packets) {
            const link = { ...FROM_CLIENT, vlans };
            assertPassed(
              director.receive(ethernet(packet, { ...link, padding: Buffer.alloc(9) })),
              'NEIGHBOUR_UNRESOLVED',
              ethernet(probe, link),
            );
          }
        }
        assert.equal(director.connections().length, 2, 'the retransmission will find its connection');
      },
    );
  }

  test(
    `DR, ${family}: the connection goes on when its real server is found`,
    services(virtual, real, '-g'),
    (director) => {
      const frame = ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT);
      assert.equal(director.receive(frame).outcome, 'NEIGHBOUR_UNRESOLVED');
      batch([`neigh replace ${absent} lladdr 02:00:00:00:02:99 dev farm nud permanent`]);
      try {
        assert.equal(director.receive(frame).outcome, 'FORWARDED_DIRECT_ROUTE');
      } finally {
        batch([`neigh del ${absent} dev farm`]);
      }
      assert.equal(director.connections().length, 1);
    },
  );

  const routeless = family === 'IPv4' ? '203.0.113.1:80' : '[2001:db8::1]:80';

  for (const method of ['-m', '-g', '-i']) {
    test(
      `${method}, ${family}: without a route to the real server the packet ends here`,
      services(virtual, routeless, method),
      (director) => {
        assertDropped(director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)), 'NO_ROUTE');
      },
    );

    test(
      `${method}, ${family}: on a host that does not forward the packet ends here under a name of its own`,
      services(virtual, family === 'IPv4' ? IPV4.real : IPV6.real, method),
      (director) => {
        const switches =
          family === 'IPv4' ? '/proc/sys/net/ipv4/conf/lan/forwarding' : '/proc/sys/net/ipv6/conf/lan/forwarding';
        writeFileSync(switches, '0');
        try {
          assertDropped(director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)), 'FORWARDING_DISABLED');
        } finally {
          writeFileSync(switches, '1');
        }
      },
    );
  }
}

for (const [inner, outer] of [
  [IPV4, IPV6],
  [IPV6, IPV4],
] as const) {
  const absent = ABSENT[outer.family];
  const real = outer.family === 'IPv4' ? `${absent}:80` : `[${absent}]:80`;

  test(
    `TUN, ${inner.family} in ${outer.family}: the probe is of the real server's family`,
    services(inner.virtual, real, '-i'),
    (director) => {
      const probe =
        outer === IPV4
          ? icmp({ source: '192.0.0.8', destination: absent, type: 0, code: 0, id: 0 }, new Uint8Array())
          : icmpv6({ source: IPV6.farm, destination: absent, type: 129, code: 0 }, new Uint8Array());
      for (const payload of ['', 'odd', Buffer.alloc(1400)]) {
        const seen = director.receive(ethernet(udp(inner.client, inner.virtual, payload), FROM_CLIENT));
        assertPassed(seen, 'NEIGHBOUR_UNRESOLVED', ethernet(probe, FROM_CLIENT));
      }
    },
  );
}

test('a route that has changed is taken within a second', services(IPV4.virtual, IPV4.real, '-g'), async (director) => {
  const frame = ethernet(udp(IPV4.client, IPV4.virtual, 'hello'), FROM_CLIENT);
  const macOf = () => director.receive(frame).frame.subarray(0, 6).toString('hex');
  const before = macOf();
  batch(['neigh replace 192.168.1.1 lladdr 02:00:00:00:02:77 dev farm nud permanent']);
  try {
    assert.equal(before, '020000000201');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal(macOf(), '020000000277');
  } finally {
    batch(['neigh replace 192.168.1.1 lladdr 02:00:00:00:02:01 dev farm nud permanent']);
  }
});
