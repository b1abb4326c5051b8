// SPDX-License-Identifier: Apache-2.0
/** A real server that is the director itself: what comes for it goes to the host, with as many hops as it came with. */
import assert from 'node:assert/strict';

import type { Director } from '../support/director.js';
import { batch, directorTest } from '../support/director.js';
import { ethernet, problemsOf, tcp, udp } from '../support/frames.js';
import { assertPassed, assertSent } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, services, toServer } from './scene.js';

const test = directorTest();

const METHODS = ['-g', '-i', '-i --tun-type gre', '-i --tun-type gue --tun-port 6080'];

for (const { family, client, virtual, local, real } of FAMILIES) {
  const here = (director: Director): void => {
    director.noteLocal();
    director.forgetNextHops();
  };
  const port = virtual.replace(/.*:/, '');
  const onSamePort = local.replace('8080', port);

  for (const method of METHODS) {
    test(`${family} ${method}: to the host as it is`, services(virtual, onSamePort, method), (director) => {
      here(director);
      for (const ttl of [64, 2, 1]) {
        for (const payload of ['', 'odd', 'z'.repeat(3000)]) {
          for (const packet of [tcp(client, virtual, 'SYN', { ttl, payload }), udp(client, virtual, payload, { ttl })])
            assertPassed(
              director.receive(ethernet(packet, FROM_CLIENT)),
              'DELIVERED_LOCALLY',
              ethernet(packet, FROM_CLIENT),
            );
        }
      }
      assert.equal(director.load(), '1/1');
    });
  }

  test(`${family} -m: to the host with its own address and port`, services(virtual, local, '-m'), (director) => {
    here(director);
    for (const ttl of [64, 1]) {
      for (const payload of ['', 'odd', 'z'.repeat(3000)]) {
        const kinds = [
          (to: string) => tcp(client, to, 'SYN', { ttl, payload }),
          (to: string) => udp(client, to, payload, { ttl }),
        ];
        for (const kind of kinds) {
          const seen = director.receive(ethernet(kind(virtual), FROM_CLIENT));
          assertPassed(seen, 'DELIVERED_LOCALLY', ethernet(kind(local), FROM_CLIENT));
          assert.deepEqual(problemsOf(seen.frame), []);
        }
      }
    }
    assert.equal(director.load(), '1/1');
  });

  const passing = family === 'IPv4' ? '203.0.113.9' : 'fd99::9';
  const passingServer = family === 'IPv4' ? `${passing}:${port}` : `[${passing}]:${port}`;

  test(
    `${family}: an address that is no longer the host's, and that no route leads to, is no real server`,
    services(virtual, passingServer, '-g'),
    (director) => {
      const bits = family === 'IPv4' ? '32' : '128 nodad';
      const outcomeNow = (): string => {
        here(director);
        return director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)).outcome;
      };
      batch([`addr add ${passing}/${bits} dev farm`]);
      const before = outcomeNow();
      batch([`addr del ${passing}/${bits.split(' ')[0]} dev farm`]);
      assert.deepEqual([before, outcomeNow()], ['DELIVERED_LOCALLY', 'NO_ROUTE']);
    },
  );

  test(`${family}: real servers elsewhere are none of the host's`, services(virtual, real, '-g'), (director) => {
    here(director);
    const packet = tcp(client, virtual, 'SYN', { ttl: 63 });
    assertSent(
      director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT)),
      'FORWARDED_DIRECT_ROUTE',
      ethernet(packet, toServer()),
    );
  });
}
