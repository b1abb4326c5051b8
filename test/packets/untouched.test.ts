// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import type { OutcomeName } from '../support/director.js';
import { MAC, directorTest } from '../support/director.js';
import { ethernet, icmp, icmpv6, ip, ipFragment, tcp, udp } from '../support/frames.js';
import { assertSent, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, IPV6, fromServer, services, toServer } from './scene.js';

const test = directorTest();

for (const { family, client, clientAddress, virtual, virtualAddress, real, realAddress, moved } of FAMILIES) {
  for (const method of ['-m', '-g', '-i']) {
    const lines = services(virtual, method === '-m' ? moved : real, method);

    test(`${family} ${method}: what is for no service passes, byte for byte`, lines, (director) => {
      const elsewhere = [
        virtual.replace(/80$/, '81'),
        real,
        virtual.replace(/9(\]?):/, 'a$1:').replace('10.9.0.1', '10.9.0.2'),
      ];
      for (const to of elsewhere) {
        if (to === virtual) continue;
        for (const packet of [tcp(client, to, 'SYN', { ttl: 1 }), udp(client, to, 'hello')]) {
          const frame = ethernet(packet, FROM_CLIENT);
          assertPassed(director.receive(frame), 'NOT_A_SERVICE', frame);
        }
      }
    });

    test(
      `${family} ${method}: frames for another station or for a group are not the director's to forward`,
      lines,
      (director) => {
        for (const to of ['02:00:00:00:09:09', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:12', '33:33:00:00:00:01']) {
          const frame = ethernet(tcp(client, virtual, 'SYN'), { to, from: MAC.client });
          assertPassed(director.receive(frame), 'NOT_FOR_THIS_HOST', frame);
        }
      },
    );

    test(
      `${family} ${method}: an interface not described yet takes frames for any station, but for no group`,
      lines,
      (director) => {
        director.forgetStation('lan');
        const send = (to: string) => director.receive(ethernet(tcp(client, virtual, 'SYN'), { to, from: MAC.client }));
        for (const group of ['ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01'])
          assert.equal(send(group).outcome, 'NOT_FOR_THIS_HOST');
        assert.equal(send('02:00:00:00:09:09').action, 'REDIRECT');
      },
    );

    test(
      `${family} ${method}: of a known connection, too, frames for another station are left alone`,
      lines,
      (director) => {
        const send = (to: string) => director.receive(ethernet(udp(client, virtual, 'x'), { to, from: MAC.client }));
        assert.equal(send(MAC.lan).action, 'REDIRECT');
        for (const to of ['02:00:00:00:09:09', 'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01']) {
          const frame = ethernet(udp(client, virtual, 'x'), { to, from: MAC.client });
          assertPassed(director.receive(frame), 'NOT_FOR_THIS_HOST', frame);
        }
        assert.equal(send(MAC.farm).action, 'REDIRECT', "another MAC of the director is the director's");
        assert.equal(director.connections().length, 1);
      },
    );

    test(
      `${family} ${method}: a frame for the MAC of another interface of the director is the director's`,
      lines,
      (director) => {
        const { action, outcome } = director.receive(
          ethernet(tcp(client, virtual, 'SYN'), { to: MAC.farm, from: MAC.client }),
        );
        if (action !== 'REDIRECT') throw new Error(`${action} ${outcome}`);
      },
    );

    test(`${family} ${method}: fragments are left to the host`, lines, (director) => {
      const fields = { source: clientAddress, destination: virtualAddress };
      const datagram = udp(client, virtual, Buffer.alloc(64)).subarray(family === 'IPv4' ? 20 : 40);
      const fragments = [
        ipFragment(fields, 17, datagram.subarray(0, 32), 0, true),
        ipFragment(fields, 17, datagram.subarray(32, 64), 32, true),
        ipFragment(fields, 17, datagram.subarray(64), 64, false),
      ];
      for (const fragment of fragments) {
        const frame = ethernet(fragment, FROM_CLIENT);
        assertPassed(director.receive(frame), 'FRAGMENT', frame);
      }
    });

    test(`${family} ${method}: pings, tunnels and other protocols pass`, lines, (director) => {
      const fields = { source: clientAddress, destination: virtualAddress };
      const ping =
        family === 'IPv4'
          ? icmp({ ...fields, type: 8, code: 0 }, Buffer.alloc(8))
          : icmpv6({ ...fields, type: 128, code: 0 }, Buffer.alloc(8));
      const others = [ping, ...[4, 41, 47, 255].map((protocol) => ip(fields, protocol, Buffer.alloc(40)))];
      for (const packet of others) {
        const frame = ethernet(packet, FROM_CLIENT);
        assertPassed(director.receive(frame), 'NOT_TRANSPORT', frame);
      }
    });
  }

  test(`NAT, ${family}: a reply for another station is left alone`, services(virtual, moved, '-m'), (director) => {
    director.receive(ethernet(udp(client, virtual, 'x'), FROM_CLIENT));
    for (const to of ['02:00:00:00:09:09', 'ff:ff:ff:ff:ff:ff']) {
      const frame = ethernet(udp(moved, client, 'x'), { ...fromServer(), to });
      assertPassed(director.receive(frame, 'farm'), 'NOT_FOR_THIS_HOST', frame);
    }
  });

  test(
    `${family}: a packet for a real server itself is none of a service's`,
    services(virtual, real, '-g'),
    (director) => {
      const frame = ethernet(
        ip(
          { source: clientAddress, destination: realAddress },
          6,
          tcp(client, real, 'SYN').subarray(family === 'IPv4' ? 20 : 40),
        ),
        FROM_CLIENT,
      );
      assertPassed(director.receive(frame), 'NOT_A_SERVICE', frame);
    },
  );
}

test(
  'a service of one protocol or family is not one of another',
  ['-A -t 10.9.0.1:80 -s rr', '-a -t 10.9.0.1:80 -r 192.168.1.1 -g'],
  (director) => {
    const mapped = '[a09:1::]:80'; // its first four bytes are those of 10.9.0.1
    for (const packet of [udp(IPV4.client, IPV4.virtual, 'x'), tcp(IPV6.client, mapped, 'SYN')]) {
      const frame = ethernet(packet, FROM_CLIENT);
      assertPassed(director.receive(frame), 'NOT_A_SERVICE', frame);
    }
  },
);

test('what is no IP passes', services(IPV4.virtual, IPV4.real, '-g'), (director) => {
  const header = (ethertype: number): Buffer =>
    Buffer.from([2, 0, 0, 0, 1, 0xfe, 2, 0, 0, 0, 1, 2, ethertype >> 8, ethertype & 0xff]);
  const kinds: [number, Buffer, OutcomeName][] = [
    [0x0806, Buffer.alloc(28, 1), 'NOT_IP'],
    [0x88cc, Buffer.alloc(60), 'NOT_IP'],
    [0x8847, tcp(IPV4.client, IPV4.virtual, 'SYN'), 'NOT_IP'],
    [0x0026, tcp(IPV4.client, IPV4.virtual, 'SYN'), 'NOT_IP'],
    [0x86dd, tcp(IPV4.client, IPV4.virtual, 'SYN'), 'MALFORMED'],
    [0x0800, tcp(IPV6.client, IPV6.virtual, 'SYN'), 'MALFORMED'],
  ];
  for (const [ethertype, payload, outcome] of kinds) {
    const frame = Buffer.concat([header(ethertype), payload]);
    const seen = director.receive(frame);
    if (seen.action !== 'PASS' || seen.outcome !== outcome || !seen.frame.equals(frame))
      throw new Error(`ethertype ${ethertype.toString(16)}: ${seen.action} ${seen.outcome}`);
  }
});

for (const method of ['-m', '-g', '-i']) {
  test(
    `IPv4 ${method}: a packet whose header checksum is wrong opens no connection`,
    services(IPV4.virtual, IPV4.real, method),
    (director) => {
      const packet = tcp(IPV4.client, IPV4.virtual, 'SYN');
      for (const at of [0, 1, 3, 8, 11, 13, 19]) {
        for (const bit of [1, 0x80]) {
          const broken = Buffer.from(packet);
          if (at === 0) broken[10] = broken[10]! ^ bit;
          else broken[at] = broken[at]! ^ bit;
          const frame = ethernet(broken, FROM_CLIENT);
          const seen = director.receive(frame);
          if (seen.action !== 'PASS' || !seen.frame.equals(frame))
            throw new Error(`byte ${at}: ${seen.action} ${seen.outcome}`);
        }
      }
      assert.deepEqual(director.connections(), []);
    },
  );
}

test('three VLAN tags are one more than is looked behind', services(IPV4.virtual, IPV4.real, '-g'), (director) => {
  const frame = ethernet(tcp(IPV4.client, IPV4.virtual, 'SYN'), { ...FROM_CLIENT, vlans: [1, 2, 3] });
  assertPassed(director.receive(frame), 'NOT_IP', frame);
});

for (const { family, client, virtual, real } of FAMILIES) {
  test(
    `${family}: bytes behind the packet stay where they are and are not summed`,
    services(virtual, real, '-g'),
    (director) => {
      const padding = Buffer.alloc(6, 0xff);
      const frame = ethernet(udp(client, virtual, 'hello'), { ...FROM_CLIENT, padding });
      assertSent(
        director.receive(frame),
        'FORWARDED_DIRECT_ROUTE',
        ethernet(udp(client, virtual, 'hello', { ttl: 63 }), { ...toServer(), padding }),
      );
    },
  );
}

for (const method of ['-m', '-g']) {
  test(`${method}: IPv4 options travel along`, services(IPV4.virtual, IPV4.real, method), (director) => {
    for (const options of [Buffer.from([1, 1, 1, 0]), Buffer.from([0x94, 4, 0, 0]), Buffer.alloc(40, 1)]) {
      const { client, virtual, real } = IPV4;
      const seen = director.receive(ethernet(tcp(client, virtual, 'SYN', { options }), FROM_CLIENT));
      const to = method === '-m' ? real : virtual;
      const outcome = method === '-m' ? 'FORWARDED_MASQUERADE' : 'FORWARDED_DIRECT_ROUTE';
      assertSent(seen, outcome, ethernet(tcp(client, to, 'SYN', { options, ttl: 63 }), toServer()));
    }
  });
}
