// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { reopening } from '../../src/observe/reopening.js';

test('what is the same stays open, what was replaced is closed and opened anew', () => {
  const events: string[] = [];
  let identity: string | undefined;
  const current = reopening({
    identity: () => identity,
    open: () => {
      events.push(`open ${identity}`);
      return identity;
    },
    close: (opened) => events.push(`close ${opened}`),
  });

  const seen = [undefined, 'a', 'a', 'b', undefined, undefined, 'b'].map((now) => {
    identity = now;
    return current();
  });

  assert.deepEqual(seen, [undefined, 'a', 'a', 'b', undefined, undefined, 'b']);
  assert.deepEqual(events, ['open a', 'close a', 'open b', 'close b', 'open b']);
});

test('what could not be opened is tried again', () => {
  let isReadable = false;
  const current = reopening({
    identity: () => 'a',
    open: () => {
      if (!isReadable) throw new Error('other layout');
      return 'opened';
    },
    close: () => assert.fail('nothing was open'),
  });

  assert.throws(current, /other layout/);
  isReadable = true;
  assert.equal(current(), 'opened');
});
