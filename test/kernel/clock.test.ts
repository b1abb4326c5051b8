// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ensureBpffs } from '../../src/kernel/bpffs.js';
import { hzBetween, hzOf, now } from '../../src/kernel/clock.js';
import { loadDataPlane } from '../../src/kernel/load.js';
import { read } from '../../src/kernel/maps.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { SMALL, enterLaboratory, needsRoot } from './namespace.js';

function clockAfter(seconds: number, hz: number) {
  return {
    jiffies: BigInt(2 ** 32 - 300 * hz + Math.round(seconds * hz)),
    monotonicNs: BigInt(Math.round(seconds * 1e9)),
  };
}

test('HZ is known by what jiffies and seconds since boot say together', () => {
  for (const hz of [100, 250, 300, 1000]) {
    for (const seconds of [0.5, 3, 250, 350, 3600, 86_400, 1e8]) assert.equal(hzOf(clockAfter(seconds, hz)), hz);
  }
});

test('five minutes after boot, when jiffies fit every HZ, their pace tells', () => {
  for (const hz of [100, 250, 300, 1000]) {
    for (const seconds of [299.5, 300, 300.5]) {
      assert.equal(hzOf(clockAfter(seconds, hz)), undefined);
      assert.equal(hzBetween(clockAfter(seconds, hz), clockAfter(seconds + 0.25, hz)), hz);
    }
  }
});

test('jiffies that fit no HZ are not guessed at', () => {
  assert.throws(() => hzOf({ jiffies: 5n, monotonicNs: 100_000_000_000n }), /fits none of HZ 100, 250, 300, 1000/);
});

test("the pinned clock goes as the machine's", { skip: needsRoot }, () => {
  enterLaboratory();
  ensureBpffs();
  const pins = loadDataPlane({ capacities: SMALL });
  const maps = PinnedMaps.open(pins);
  const hz = read(maps, '.rodata', 0)?.hz ?? 0;
  maps.close();

  const first = now(pins);
  const own = process.hrtime.bigint();
  assert.ok(own - first.monotonicNs >= 0n && own - first.monotonicNs < 1_000_000_000n);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  const second = now(pins);
  const elapsed = Number(second.monotonicNs - first.monotonicNs) / 1e9;
  const jiffies = Number(second.jiffies - first.jiffies);
  assert.ok(
    Math.abs(jiffies - elapsed * hz) <= 2 + 0.02 * elapsed * hz,
    `${jiffies} jiffies in ${elapsed} s at HZ ${hz}`,
  );
});
