// SPDX-License-Identifier: Apache-2.0
/** Whatever comes in, nothing wrong goes out: the short run of `make fuzz`. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { Fuzzer } from '../support/fuzz/fuzzer.js';
import { CAPACITIES } from '../support/fuzz/scene.js';

const test = directorTest(CAPACITIES);

const FRAMES = 100_000;
const SEED = 1;

test(`${FRAMES} mutated frames: none is treated as it must not be`, [], (director) => {
  const fuzzer = new Fuzzer(director, SEED);
  fuzzer.run(0, FRAMES);
  /* They reach all there is. */
  for (const name of [
    'REDIRECT FORWARDED_MASQUERADE',
    'REDIRECT FORWARDED_DIRECT_ROUTE',
    'REDIRECT FORWARDED_TUNNEL',
    'REDIRECT REPLIED_MASQUERADE',
    'REDIRECT ICMP_FORWARDED',
    'REDIRECT ICMP_REPLIED',
    'REDIRECT TTL_EXCEEDED',
    'REDIRECT TOO_BIG',
    'REDIRECT NO_REAL_SERVER',
    'DROP FRAGMENT_HELD',
    'DROP NO_CALL_ID',
  ])
    assert.ok((fuzzer.tally.get(name) ?? 0) > 0, `none was ${name}`);
});
