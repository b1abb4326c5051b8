// SPDX-License-Identifier: Apache-2.0
import { INTERFACE_TRANSMITS_BACK } from '../../src/abi/generated.js';
import { MAC, directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { assertSent } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, services, toServer } from './scene.js';

const test = directorTest();

for (const { family, client, virtual, real } of FAMILIES) {
  const lines = services(virtual, real, '-g');

  for (const payload of ['', 'x', 'hello', 'an even one.']) {
    test(
      `DR, ${family}: ${payload.length} bytes go to the real server's MAC, the packet as it is but for its TTL`,
      lines,
      (director) => {
        const connect = ethernet(tcp(client, virtual, 'SYN', { payload, tos: 3 }), FROM_CLIENT);
        const connected = ethernet(tcp(client, virtual, 'SYN', { payload, tos: 3, ttl: 63 }), toServer());
        assertSent(director.receive(connect), 'FORWARDED_DIRECT_ROUTE', connected);

        const datagram = ethernet(udp(client, virtual, payload), FROM_CLIENT);
        const arrived = ethernet(udp(client, virtual, payload, { ttl: 63 }), toServer());
        assertSent(director.receive(datagram), 'FORWARDED_DIRECT_ROUTE', arrived);
      },
    );
  }

  const near = family === 'IPv4' ? '10.1.0.11:80' : '[fd01::11]:80';

  test(`DR, ${family}: a director with one arm sends back out of it`, services(virtual, near, '-g'), (director) => {
    const request = ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT);
    const forwarded = ethernet(tcp(client, virtual, 'SYN', { ttl: 63 }), { to: MAC.neighbour, from: MAC.lan });
    assertSent(director.receive(request), 'FORWARDED_DIRECT_ROUTE', forwarded, 'REDIRECT');

    director.changeInterface('lan', { flags: INTERFACE_TRANSMITS_BACK });
    director.forgetNextHops();
    assertSent(director.receive(request), 'FORWARDED_DIRECT_ROUTE', forwarded, 'TX');
  });
}
