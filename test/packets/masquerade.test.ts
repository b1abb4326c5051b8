// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import { MAC, directorTest, serverMac } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { assertSent, assertUntouched } from '../support/seen.js';

const test = directorTest();

const FAMILIES = [
  { name: 'IPv4', client: '10.1.0.2:40001', virtual: '10.9.0.1:80', real: '192.168.1.1:8080' },
  { name: 'IPv6', client: '[fd01::2]:40001', virtual: '[fd09::1]:80', real: '[fd02::1]:8080' },
] as const;

const FROM_CLIENT = { to: MAC.lan, from: MAC.client };
const TO_SERVER = { to: serverMac(1), from: MAC.farm };
const FROM_SERVER = { to: MAC.farm, from: serverMac(1) };
const TO_CLIENT = { to: MAC.client, from: MAC.lan };

for (const { name, client, virtual, real } of FAMILIES) {
  const services = [
    `-A -t ${virtual} -s rr`,
    `-a -t ${virtual} -r ${real} -m`,
    `-A -u ${virtual} -s rr`,
    `-a -u ${virtual} -r ${real} -m`,
  ];

  test(`NAT, ${name}: a TCP request goes to the real server, its reply comes from the virtual service`, services, (director) => {
    const request = ethernet(tcp(client, virtual, 'SYN', { tos: 0xb9 }), FROM_CLIENT);
    const atServer = ethernet(tcp(client, real, 'SYN', { tos: 0xb9, ttl: 63 }), TO_SERVER);
    assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

    const reply = ethernet(tcp(real, client, 'SYN ACK', { id: 7 }), FROM_SERVER);
    const atClient = ethernet(tcp(virtual, client, 'SYN ACK', { id: 7, ttl: 63 }), TO_CLIENT);
    assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
  });

  for (const length of [0, 1, 2, 3, 31, 32, 33, 1000, 1001]) {
    const payload = Buffer.alloc(length, 'LVS and ');

    test(`NAT, ${name}: ${length} bytes of UDP go and come back`, services, (director) => {
      const request = ethernet(udp(client, virtual, payload), FROM_CLIENT);
      const atServer = ethernet(udp(client, real, payload, { ttl: 63 }), TO_SERVER);
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

      const reply = ethernet(udp(real, client, payload), FROM_SERVER);
      const atClient = ethernet(udp(virtual, client, payload, { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    });
  }
}
void assert; void assertUntouched;
