// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseVirtualAddress } from '../../src/cli/virtual_address.js';

test('addresses are read into the text that the kernel prints', () => {
  assert.deepEqual(parseVirtualAddress('192.0.2.80'), {
    text: '192.0.2.80',
    family: 4,
    bytes: Uint8Array.of(192, 0, 2, 80),
  });
  const bytes = Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80);
  for (const typed of ['2001:db8::80', '2001:DB8:0:0::0080', '2001:0db8:0000:0000:0000:0000:0000:0080']) {
    assert.deepEqual(parseVirtualAddress(typed), { text: '2001:db8::80', family: 6, bytes });
  }
  assert.deepEqual(parseVirtualAddress('fd80:1:2:3:4:5:6:7')?.bytes.subarray(12), Uint8Array.of(0, 6, 0, 7));
});

test('what no host can have is refused', () => {
  const refused = ['', 'vip', '192.0.2', '192.0.2.256', '0.0.0.0', '10.1', '224.0.0.1', '255.255.255.255'];
  refused.push('::', 'ff02::1', 'fe80::1%eth0', 'fe80::1', '::ffff:192.0.2.80', '192.0.2.80/32');
  for (const typed of refused) assert.equal(parseVirtualAddress(typed), undefined, typed);
});
