// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactCount, shortCount } from '../../src/cli/ipvsadm/count_text.js';

/** As ipvsadm 1.31 wrote these counts. */
const WRITTEN: readonly (readonly [bigint, string])[] = [
  [0n, '        0'],
  [99999999n, ' 99999999'],
  [100000000n, '  100000K'],
  [999999999n, '  999999K'],
  [1000000000n, '    1000M'],
  [99999999999n, '   99999M'],
  [100000000000n, '     100G'],
  [99999999999999n, '   99999G'],
  [100000000000000n, '     100T'],
  [18446744073709551615n, '18446744T'],
];

for (const [count, text] of WRITTEN) {
  test(`${count} is written as '${text}'`, () => assert.equal(shortCount(count), text));
}

test('an exact count overflows its column', () => {
  assert.equal(exactCount(7n), '        7');
  assert.equal(exactCount(1234567890123n), ' 1234567890123');
});
