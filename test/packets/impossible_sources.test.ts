// SPDX-License-Identifier: Apache-2.0
/** Nobody is called 0.0.0.0, a loopback or a group: IPVS never sees such packets, since the kernel drops them before. */
import { directorTest } from '../support/director.js';
import { ethernet, icmp, icmpv6, tcp, udp } from '../support/frames.js';
import { assertDropped, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV6, services } from './scene.js';

const test = directorTest();

const IMPOSSIBLE = {
  IPv4: ['0.0.0.0', '0.1.2.3', '127.0.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  IPv6: ['::', '::1', 'ff02::1'],
} as const;

for (const { family, client, virtual, real, virtualAddress } of FAMILIES) {
  for (const source of IMPOSSIBLE[family]) {
    const from = family === 'IPv4' ? `${source}:40001` : `[${source}]:40001`;

    for (const method of ['-m', '-g', '-i'])
      test(`${method}: ${source} opens nothing and hears nothing`, services(virtual, real, method), (director) => {
        for (const ttl of [64, 1])
          for (const packet of [tcp(from, virtual, 'SYN', { ttl }), udp(from, virtual, 'hello', { ttl })]) {
            const frame = ethernet(packet, FROM_CLIENT);
            assertPassed(director.receive(frame), 'MALFORMED', frame);
          }
      });

    test(`${source} reports no error to a real server`, services(virtual, real, '-m'), (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
      const quoted = udp(virtual, client, 'hello');
      const ends = { source, destination: virtualAddress, code: 1 };
      const error = family === 'IPv4' ? icmp({ ...ends, type: 3 }, quoted) : icmpv6({ ...ends, type: 1 }, quoted);
      const frame = ethernet(error, FROM_CLIENT);
      assertPassed(director.receive(frame), 'NOT_TRANSPORT', frame);
    });
  }

  test(`${family}: no answer goes to a group's MAC`, services(virtual, real, '-g'), (director) => {
    const link = { ...FROM_CLIENT, from: '03:00:00:00:01:02' };
    assertDropped(director.receive(ethernet(udp(client, virtual, 'hello', { ttl: 1 }), link)), 'TTL_EXCEEDED');
  });
}

test(
  'IPv6: a client to whom no route leads is not told from ::',
  services(IPV6.virtual, IPV6.real, '-g'),
  (director) => {
    const frame = ethernet(udp('[2001:db8::7]:40001', IPV6.virtual, 'hello', { ttl: 1 }), FROM_CLIENT);
    assertDropped(director.receive(frame), 'TTL_EXCEEDED');
  },
);
