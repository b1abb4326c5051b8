// SPDX-License-Identifier: Apache-2.0
/** bpf/decapsulate.bpf.c as the kernel runs it (BPF_PROG_TEST_RUN). Needs root. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { RawMap, createMapRef } from 'bpf';

import type { Loaded } from '../../src/kernel/addon.js';
import { addon } from '../../src/kernel/addon.js';
import { ethernet, internetChecksum, ipv4, ipv6 } from './packets.js';

const XDP_DROP = 1;
const XDP_PASS = 2;
const IPIP = 4;
const IPV6 = 41;

const CLIENT4 = [198, 51, 100, 7];
const VIP4 = [192, 0, 2, 80];
const DIRECTOR4 = [10, 0, 0, 254];
const SERVER4 = [10, 0, 0, 1];
const CLIENT6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
const VIP6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80];
const DIRECTOR6 = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfe];
const SERVER6 = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

const SEGMENT = Buffer.from('a TCP segment, of an odd length');

const inner4 = (tos = 0): Uint8Array => ipv4({ source: CLIENT4, destination: VIP4, protocol: 6, tos }, SEGMENT);
const inner6 = (tos = 0): Uint8Array => ipv6({ source: CLIENT6, destination: VIP6, protocol: 6, tos }, SEGMENT);

const over4 = (protocol: number, inner: Uint8Array, tos = 0, fragment = 0x4000): Uint8Array =>
  ipv4({ source: DIRECTOR4, destination: SERVER4, protocol, tos, fragment }, inner);
const over6 = (protocol: number, inner: Uint8Array, tos = 0): Uint8Array =>
  ipv6({ source: DIRECTOR6, destination: SERVER6, protocol, tos }, inner);

const TUNNELS = [
  { name: 'IPv4 in IPv4', outer: (inner: Uint8Array, tos?: number) => over4(IPIP, inner, tos), inner: inner4 },
  { name: 'IPv6 in IPv6', outer: (inner: Uint8Array, tos?: number) => over6(IPV6, inner, tos), inner: inner6 },
  { name: 'IPv4 in IPv6', outer: (inner: Uint8Array, tos?: number) => over6(IPIP, inner, tos), inner: inner4 },
  { name: 'IPv6 in IPv4', outer: (inner: Uint8Array, tos?: number) => over4(IPV6, inner, tos), inner: inner6 },
];

const skip = process.getuid?.() === 0 ? false : 'needs root to load a BPF program';

describe('decapsulate', { skip }, () => {
  let loaded: Loaded;

  before(() => {
    const root = join(fileURLToPath(import.meta.url), '../../../..');
    loaded = addon.load({ path: join(root, 'decapsulate.bpf.o') });
    const addresses = new RawMap(createMapRef(loaded.maps['virtual_addresses'] as number, { transfer: false }));
    const key = (address: readonly number[], family: number): Buffer =>
      Buffer.from([...address, ...new Array<number>(16 - address.length).fill(0), family, 0, 0, 0]);
    addresses.set(key(VIP4, 4), Buffer.of(1));
    addresses.set(key(VIP6, 6), Buffer.of(1));
  });

  after(() => {
    for (const fd of [...Object.values(loaded.programs), ...Object.values(loaded.maps)]) addon.close(fd);
  });

  const receive = (frame: Uint8Array): { verdict: number; frame: Buffer } => {
    const { retval, data } = addon.testRun(loaded.programs['decapsulate'] as number, { data: frame });
    return { verdict: retval, frame: Buffer.from(data) };
  };
  const assertUntouched = (frame: Uint8Array): void =>
    assert.deepEqual(receive(frame), { verdict: XDP_PASS, frame: Buffer.from(frame) });

  for (const { name, outer, inner } of TUNNELS) {
    for (const vlans of [[], [7], [7, 4094]]) {
      test(`${name}, ${vlans.length} VLAN tags: what the client sent comes out`, () => {
        const expected = Buffer.from(ethernet(inner(), vlans));
        assert.deepEqual(receive(ethernet(outer(inner()), vlans)), { verdict: XDP_PASS, frame: expected });
      });
    }

    test(`${name}: congestion met on the way reaches a sender that knows ECN`, () => {
      const ect0 = 2;
      const congested = 3;
      const { verdict, frame } = receive(ethernet(outer(inner(ect0), congested)));
      assert.equal(verdict, XDP_PASS);
      assert.deepEqual(frame, Buffer.from(ethernet(inner(congested))));
      if (frame[12] === 0x08) assert.equal(internetChecksum(frame.subarray(14, 34)), 0);
    });

    test(`${name}: congestion met on the way is loss for a sender that does not`, () => {
      assert.equal(receive(ethernet(outer(inner(0), 3))).verdict, XDP_DROP);
    });

    test(`${name}: a frame cut short passes untouched`, () => {
      const frame = ethernet(outer(inner()));
      const needed = frame.length - SEGMENT.length;
      for (let length = 14; length < needed; length++) assertUntouched(frame.subarray(0, length));
    });
  }

  test('a packet for another address stays in its tunnel', () => {
    const other = ipv4({ source: CLIENT4, destination: [192, 0, 2, 81], protocol: 6 }, SEGMENT);
    assertUntouched(ethernet(over4(IPIP, other)));
  });

  test('an IPv6 address that begins as a virtual IPv4 address does is another address', () => {
    const lookalike = [...VIP4, ...new Array<number>(12).fill(0)];
    assertUntouched(ethernet(over4(IPV6, ipv6({ source: CLIENT6, destination: lookalike, protocol: 6 }, SEGMENT))));
  });

  test('a fragment of a tunnel packet passes untouched', () => {
    assertUntouched(ethernet(over4(IPIP, inner4(), 0, 0x2000)));
    assertUntouched(ethernet(over4(IPIP, inner4(), 0, 0x0001)));
  });

  test('a packet of another version than its protocol says passes untouched', () => {
    assertUntouched(ethernet(over4(IPIP, inner6())));
    assertUntouched(ethernet(over6(IPV6, inner4())));
  });

  test('what is no tunnel passes untouched', () => {
    assertUntouched(ethernet(inner4()));
    assertUntouched(ethernet(inner6()));
    assertUntouched(Buffer.concat([Buffer.alloc(12, 2), Buffer.from([0x08, 0x06]), Buffer.alloc(28, 1)]));
  });
});
