// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { loadCodec } from '../../src/abi/generated.js';
import { loadOf, ratesOf, sumOutcomes, totalTraffic, trafficOf } from '../../src/observe/counters.js';
import { counts } from './fake_source.js';

const SHAPE = { cpus: 2, servers: 3 };

/** Each share holds its place in the array, times 10, in its first counter. */
function traffic(): ArrayBuffer {
  const words = new BigUint64Array(SHAPE.cpus * SHAPE.servers * 8);
  for (let share = 0; share < SHAPE.cpus * SHAPE.servers; share++) {
    const { connections, inPackets, outPackets, inBytes, outBytes } = counts(BigInt(share * 10));
    words.set([connections, inPackets, outPackets, inBytes, outBytes, 999n, 999n, 999n], share * 8);
  }
  return words.buffer;
}

test("a real server's traffic is the sum of its share of each CPU", () => {
  assert.deepEqual(trafficOf(traffic(), SHAPE, 0), {
    connections: 30n,
    inPackets: 32n,
    outPackets: 34n,
    inBytes: 36n,
    outBytes: 38n,
  });
  assert.equal(trafficOf(traffic(), SHAPE, 2).connections, 20n + 50n);
});

test('the total is the sum of every share', () => {
  const total = totalTraffic(traffic(), SHAPE);
  assert.equal(total.connections, 150n);
  assert.equal(total.outBytes, 150n + 6n * 4n);
});

test('counters above 2^53 are exact', () => {
  const words = new BigUint64Array(SHAPE.cpus * SHAPE.servers * 8);
  const large = 2n ** 53n + 1n;
  words.set([0n, 1n, 0n, large], 0);
  words.set([0n, 1n, 0n, large], 3 * 8);
  assert.equal(trafficOf(words.buffer, SHAPE, 0).inBytes, 2n ** 54n + 2n);
});

test('a load is read by number', () => {
  const size = loadCodec.size / 4;
  const words = new Uint32Array(3 * size);
  words.set([1, 2, 3, 4], 2 * size);
  assert.deepEqual(loadOf(words.buffer, 2), { active: 1, inactive: 2, persistent: 3, overload: 4 });
  assert.deepEqual(loadOf(words.buffer, 1), { active: 0, inactive: 0, persistent: 0, overload: 0 });
});

test('rates are rounded as IPVS rounds them', () => {
  const words = new BigUint64Array(2 * 10);
  words.set([512n, 513n, 27n << 10n, 16n, 17n], 10 + 5);
  assert.deepEqual(ratesOf(words.buffer, [1]), {
    connections: 0,
    inPackets: 1,
    outPackets: 27,
    inBytes: 0,
    outBytes: 1,
  });
});

test("a service's rate is rounded once, after its real servers' are summed", () => {
  const words = new BigUint64Array(3 * 10);
  words[5] = 300n;
  words[25] = 300n;
  assert.equal(ratesOf(words.buffer, [0]).connections, 0);
  assert.equal(ratesOf(words.buffer, [0, 2]).connections, 1);
  assert.equal(ratesOf(words.buffer, []).connections, 0);
});

test('outcomes are summed over CPUs', () => {
  const words = new BigUint64Array(2 * 64);
  words[8] = 5n;
  words[64 + 8] = 6n;
  words[64 + 21] = 7n;
  const sums = sumOutcomes(words.buffer, 2);
  assert.equal(sums[8], 11n);
  assert.equal(sums[21], 7n);
  assert.equal(sums[9], 0n);
});
