// SPDX-License-Identifier: Apache-2.0
/** What is too big and may be cut is made ready for the cutter where one stands behind us; else its sender is told. */
import assert from 'node:assert/strict';

import { INTERFACE_CUTS } from '../../src/abi/generated.js';
import type { Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, ip, parseFrame, parsePacket, udp } from '../support/frames.js';
import { assertSame } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, IPV6, services, toServer } from './scene.js';

const test = directorTest();

const { client, virtual, real } = IPV4;
const CAN_BE_CUT = { dontFragment: false };
const MUCH = 'z'.repeat(2000);

/** struct cut_order of bpf/cut.h, which stands in front of the frame; what is behind it. */
function ordered({ frame }: Seen, ifindex: number): Buffer {
  const order = [frame.readUInt32LE(0), frame.readUInt32LE(4), frame.readUInt16LE(12), frame.readUInt16LE(14)];
  assert.deepEqual(order, [0x78637574, ifindex, 1500, 0]);
  return frame.subarray(16);
}

function ended({ action, outcome }: Seen): string {
  return `${action} ${outcome}`;
}

for (const outer of FAMILIES) {
  test(`TUN in ${outer.family}: whole in its tunnel, passed on`, services(virtual, outer.real, '-i'), (director) => {
    director.changeInterface('lan', { flags: INTERFACE_CUTS });
    const seen = director.receive(ethernet(udp(client, virtual, MUCH, CAN_BE_CUT), FROM_CLIENT));
    assert.equal(ended(seen), 'PASS FORWARDED_TUNNEL');
    const frame = ordered(seen, director.ground.farm);
    const { id } = parsePacket(parseFrame(frame).packet);
    const header = { source: outer.farm, destination: outer.realAddress, ttl: 63, id, ...CAN_BE_CUT };
    const inner = udp(client, virtual, MUCH, { ...CAN_BE_CUT, ttl: 63 });
    assertSame(frame, ethernet(ip(header, IPV4.protocol, inner), toServer()));
  });
}

test('DR: with one hop less and the MAC of its real server, passed on', services(virtual, real, '-g'), (director) => {
  director.changeInterface('lan', { flags: INTERFACE_CUTS });
  const seen = director.receive(ethernet(udp(client, virtual, MUCH, CAN_BE_CUT), FROM_CLIENT));
  assert.equal(ended(seen), 'PASS FORWARDED_DIRECT_ROUTE');
  assertSame(
    ordered(seen, director.ground.farm),
    ethernet(udp(client, virtual, MUCH, { ...CAN_BE_CUT, ttl: 63 }), toServer()),
  );
});

for (const method of ['-g', '-i', '-i --tun-type gre']) {
  test(`${method}: where nothing can cut, the sender is told`, services(virtual, real, method), (director) => {
    const seen = director.receive(ethernet(udp(client, virtual, MUCH, CAN_BE_CUT), FROM_CLIENT));
    assert.equal(ended(seen), 'REDIRECT TOO_BIG');
  });

  test(`${method}: what may not be cut is not`, services(virtual, real, method), (director) => {
    director.changeInterface('lan', { flags: INTERFACE_CUTS });
    assert.equal(ended(director.receive(ethernet(udp(client, virtual, MUCH), FROM_CLIENT))), 'REDIRECT TOO_BIG');
  });
}

for (const outer of FAMILIES) {
  test(`IPv6 in ${outer.family} is never cut`, services(IPV6.virtual, outer.real, '-i'), (director) => {
    director.changeInterface('lan', { flags: INTERFACE_CUTS });
    const seen = director.receive(ethernet(udp(IPV6.client, IPV6.virtual, MUCH), FROM_CLIENT));
    assert.equal(ended(seen), 'REDIRECT TOO_BIG');
  });
}

test(
  'DR: options of the packet itself would have to be picked over, so it is not cut',
  services(virtual, real, '-g'),
  (director) => {
    director.changeInterface('lan', { flags: INTERFACE_CUTS });
    const options = Buffer.from([1, 1, 1, 0]);
    const seen = director.receive(ethernet(udp(client, virtual, MUCH, { ...CAN_BE_CUT, options }), FROM_CLIENT));
    assert.equal(ended(seen), 'REDIRECT TOO_BIG');
  },
);
