// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { assertSent, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, services, toServer } from './scene.js';

const test = directorTest();

for (const { family, client, virtual, real } of FAMILIES) {
  const lines = services(virtual, real, '-g');
  const listed = (state: string) => [`TCP ${state} ${client} ${virtual} ${real}`];

  for (const flags of ['SYN', 'SYN ACK', 'SYN FIN', 'SYN PSH URG']) {
    test(`${family}: ${flags} opens a connection`, lines, (director) => {
      const seen = director.receive(ethernet(tcp(client, virtual, flags), FROM_CLIENT));
      assertSent(seen, 'FORWARDED_DIRECT_ROUTE', ethernet(tcp(client, virtual, flags, { ttl: 63 }), toServer()));
      assert.deepEqual(director.connections(), listed('SYN_RECV'));
      assert.equal(director.load(), '1/0');
    });
  }

  for (const flags of ['', 'ACK', 'PSH ACK', 'FIN', 'FIN ACK', 'RST', 'RST ACK', 'SYN RST', 'FIN PSH URG']) {
    test(`${family}: ${flags || 'no flag'} without a connection goes to the host`, lines, (director) => {
      const frame = ethernet(tcp(client, virtual, flags), FROM_CLIENT);
      assertPassed(director.receive(frame), 'NO_CONNECTION', frame);
      assert.deepEqual(director.connections(), []);
    });
  }

  test(`${family}: a SYN from the FTP data port opens none`, lines, (director) => {
    const frame = ethernet(tcp(client.replace('40001', '20'), virtual, 'SYN'), FROM_CLIENT);
    assertPassed(director.receive(frame), 'NO_CONNECTION', frame);
  });

  test(`${family}: any datagram opens a connection, which counts as inactive`, lines, (director) => {
    director.receive(ethernet(udp(client, virtual, ''), FROM_CLIENT));
    assert.deepEqual(director.connections(), [`UDP UDP ${client} ${virtual} ${real}`]);
    assert.equal(director.load(), '0/1');
  });
}
