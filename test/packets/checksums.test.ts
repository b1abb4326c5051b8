// SPDX-License-Identifier: Apache-2.0
/** Every value that a checksum can have is updated to what it would be if it were computed. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, udp } from '../support/frames.js';
import { FAMILIES, FROM_CLIENT, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();

/** IPv6 has no header checksum, and its UDP checksum is updated as IPv4's is: a sample of it will do. */
const STRIDE = { IPv4: 1, IPv6: 13 } as const;
const SHARE = { IPv4: 'each', IPv6: 'every 13th' } as const;

for (const { family, client, virtual, moved } of FAMILIES) {
  test(
    `NAT, ${family}: ${SHARE[family]} of 65536 UDP and header checksums, both ways`,
    services(virtual, moved, '-m'),
    (director) => {
      const payload = Buffer.alloc(2);
      for (let word = 0; word <= 0xffff; word += STRIDE[family]) {
        payload.writeUInt16BE(word);
        const fields = { id: word };
        const request = ethernet(udp(client, virtual, payload, fields), FROM_CLIENT);
        const atServer = ethernet(udp(client, moved, payload, { ...fields, ttl: 63 }), toServer());
        assert.ok(director.transform(request).equals(atServer), `request with ${word}`);

        const reply = ethernet(udp(moved, client, payload, fields), fromServer());
        const atClient = ethernet(udp(virtual, client, payload, { ...fields, ttl: 63 }), TO_CLIENT);
        assert.ok(director.transform(reply, 'farm').equals(atClient), `reply with ${word}`);
      }
    },
  );
}
