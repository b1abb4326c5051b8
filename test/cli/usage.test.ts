// SPDX-License-Identifier: Apache-2.0
/**
 * Wrong command lines, and what Debian's ipvsadm 1.31 said to each before it asked the kernel anything: the same words
 * and exit code, whatever is supported.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Console } from './console.js';

interface Mistake {
  readonly words: readonly string[];
  readonly err: string;
  readonly rc: number;
}

const MISTAKES = JSON.parse(
  readFileSync(new URL('../../../../test/reference/usage.json', import.meta.url), 'utf8'),
) as readonly Mistake[];

for (const { words, err, rc } of MISTAKES) {
  test(`ipvsadm ${words.map((word) => (/^[\w.:/=-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`, () => {
    for (const console of [new Console(), new Console({})]) {
      assert.deepEqual(console.run('ipvsadm', words), { out: '', err, rc });
      assert.equal(console.backend.changes, 0);
    }
  });
}
