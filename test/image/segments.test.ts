// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapacityExceeded } from '../../src/image/index.js';
import { Room } from '../../src/image/segments.js';

test('room is given first fit in the gaps between what is taken', () => {
  const room = new Room('members', 20, () => [
    { first: 10, count: 5 },
    { first: 2, count: 3 },
  ]);
  assert.deepEqual(
    [2, 1, 4, 1, 4].map((count) => room.take(count)),
    [0, 5, 6, 15, 16],
  );
  assert.throws(() => room.take(1), CapacityExceeded);
});

test('gaps that touch the end and segments that touch each other are no room', () => {
  const room = new Room('slots', 6, () => [
    { first: 0, count: 3 },
    { first: 3, count: 3 },
  ]);
  assert.equal(room.take(0), 0);
  assert.throws(() => room.take(1), CapacityExceeded);
});

test('ten thousand pieces in ten thousand gaps are found without looking at each gap for each', () => {
  const taken = Array.from({ length: 10_000 }, (_, index) => ({ first: index * 4, count: 2 }));
  const room = new Room('members', 40_000, () => taken);
  const places = Array.from({ length: 10_000 }, () => room.take(2));
  assert.deepEqual(places.slice(0, 3), [2, 6, 10]);
  assert.equal(new Set(places).size, 10_000);
});
