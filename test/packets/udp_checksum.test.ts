// SPDX-License-Identifier: Apache-2.0
import { batch, directorTest } from '../support/director.js';
import { ethernet, ip, udp } from '../support/frames.js';
import { assertSent, assertPassed } from '../support/seen.js';
import { FROM_CLIENT, IPV4, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();
const { client, virtual, real, moved, farm, realAddress } = IPV4;

for (const length of [0, 1, 4, 31, 32, 33, 63, 64, 65, 1001, 1472]) {
  const payload = Buffer.alloc(length, 'no sum');

  test(
    `NAT makes the checksum that ${length} bytes of UDP came without, both ways`,
    services(virtual, moved, '-m'),
    (director) => {
      const request = ethernet(udp(client, virtual, payload, { checksum: 'none' }), FROM_CLIENT);
      const atServer = ethernet(udp(client, moved, payload, { ttl: 63 }), toServer());
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

      const reply = ethernet(udp(moved, client, payload, { checksum: 'none' }), fromServer());
      const atClient = ethernet(udp(virtual, client, payload, { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );
}

test(
  'NAT makes the missing checksum behind IPv4 options and before padding',
  services(virtual, moved, '-m'),
  (director) => {
    const options = Buffer.from([1, 1, 1, 0]);
    const padding = Buffer.alloc(9, 0xff);
    const request = ethernet(udp(client, virtual, 'odd', { checksum: 'none', options }), { ...FROM_CLIENT, padding });
    const atServer = ethernet(udp(client, moved, 'odd', { ttl: 63, options }), { ...toServer(), padding });
    assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);
  },
);

test(
  'NAT makes the missing checksum of a jumbo datagram that lies in several buffers',
  services(virtual, moved, '-m'),
  (director) => {
    batch(['link set farm-peer mtu 9100', 'link set farm mtu 9100']);
    try {
      const payload = Buffer.alloc(9001, 'jumbo');
      const request = ethernet(udp(client, virtual, payload, { checksum: 'none' }), FROM_CLIENT);
      const atServer = ethernet(udp(client, moved, payload, { ttl: 63 }), toServer());
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);
    } finally {
      batch(['link set farm mtu 1500', 'link set farm-peer mtu 1500']);
    }
  },
);

test(
  'NAT makes the missing checksum of a jumbo datagram before the host cuts it',
  services(virtual, moved, '-m'),
  (director) => {
    const payload = Buffer.alloc(9001, 'jumbo');
    const request = ethernet(udp(client, virtual, payload, { checksum: 'none', dontFragment: false }), FROM_CLIENT);
    const rewritten = ethernet(udp(client, moved, payload, { dontFragment: false }), FROM_CLIENT);
    assertPassed(director.receive(request), 'LEFT_TO_HOST', rewritten);
  },
);

test('DR leaves a missing checksum missing', services(virtual, real, '-g'), (director) => {
  const request = ethernet(udp(client, virtual, 'hello', { checksum: 'none' }), FROM_CLIENT);
  const atServer = ethernet(udp(client, virtual, 'hello', { checksum: 'none', ttl: 63 }), toServer());
  assertSent(director.receive(request), 'FORWARDED_DIRECT_ROUTE', atServer);
});

test('TUN leaves a missing checksum missing', services(virtual, real, '-i'), (director) => {
  const request = ethernet(udp(client, virtual, 'hello', { checksum: 'none' }), FROM_CLIENT);
  const inner = udp(client, virtual, 'hello', { checksum: 'none', ttl: 63 });
  const outer = ip({ source: farm, destination: realAddress, ttl: 63, id: 0 }, 4, inner);
  assertSent(director.receive(request), 'FORWARDED_TUNNEL', ethernet(outer, toServer()));
});
