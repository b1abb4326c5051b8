// SPDX-License-Identifier: Apache-2.0
/** The fuzzer's judge itself: whatever byte of a frame that was sent is spoiled, it objects. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { judge } from '../support/fuzz/judge.js';
import { CAPACITIES, LINES, VARIANTS, endpointOf } from '../support/fuzz/scene.js';
import { FROM_CLIENT } from './scene.js';

const test = directorTest(CAPACITIES);

/** IP's first byte. */
const NETWORK = 14;

/** IPv6 has no checksum that would tell of a spoiled traffic class or flow label of an outer header. */
function isJudged(at: number, isOuterIpv6: boolean): boolean {
  return !isOuterIpv6 || at >= NETWORK + 4;
}

for (const variant of VARIANTS.filter(({ shim }) => shim === 0)) {
  test(`${variant.name}: no spoiled byte is overlooked`, LINES, (director) => {
    const client = variant.family === 4 ? '10.1.0.2:40001' : '[fd01::2]:40001';
    const virtual = endpointOf(variant.virtual, variant.virtualPort);
    for (const packet of [tcp(client, virtual, 'SYN', { payload: 'odd' }), udp(client, virtual, 'hello\r\ni: a\r\n')]) {
      const frame = ethernet(packet, FROM_CLIENT);
      const { action, outcome, frame: sent } = director.receive(frame);
      assert.equal(action, 'REDIRECT');
      const verdict = (after: Buffer) => judge(frame, { action: 4, outcome, frame: after });
      assert.equal(verdict(sent), undefined);
      const isOuterIpv6 = variant.method === 'tunnel' && variant.real.includes(':');
      for (let at = NETWORK; at < sent.length; at++) {
        if (!isJudged(at, isOuterIpv6)) continue;
        const spoiled = Buffer.from(sent);
        spoiled[at]! ^= 0x10;
        assert.notEqual(verdict(spoiled), undefined, `byte ${at}`);
      }
      assert.notEqual(verdict(sent.subarray(0, -1)), undefined, 'cut short');
    }
  });
}

test('what nobody asked for, and what was changed without being sent, is objected to', LINES, () => {
  const frame = ethernet(udp('10.1.0.2:40001', '10.1.0.1:53', 'hello'), FROM_CLIENT);
  const changed = Buffer.from(frame);
  changed[20]! ^= 1;
  for (const [action, outcome, after] of [
    [0, 'NOT_A_SERVICE', frame],
    [1, 'NOT_A_SERVICE', frame],
    [2, 'NOT_A_SERVICE', changed],
    [3, 'FORWARDED_MASQUERADE', frame],
    [4, 'TTL_EXCEEDED', frame],
    [4, 'NOT_A_SERVICE', frame],
  ] as const)
    assert.notEqual(judge(frame, { action, outcome, frame: after }), undefined, `${action} ${outcome}`);
  assert.equal(judge(frame, { action: 2, outcome: 'NOT_A_SERVICE', frame }), undefined);
});
