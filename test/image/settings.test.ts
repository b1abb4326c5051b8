// SPDX-License-Identifier: Apache-2.0
/** Settings into the data plane's bytes and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { settingsCodec } from '../../src/abi/generated.js';
import { NO_CONCERNS } from '../../src/image/concerns.js';
import { readSettings, settingsWith, withSettings } from '../../src/image/settings.js';
import { defaultSettings } from '../../src/kernel/load.js';
import { KEPT, mergeSettings } from '../../src/model/settings.js';
import { DEFAULT_TIMEOUTS } from '../../src/model/state.js';

const HZ = 250;
const BOUNDS = { serversInUse: 0, concerns: NO_CONCERNS, flags: 0, markRules: 0n };

test('what is loaded is what is told as default', () => {
  assert.deepEqual(withSettings(defaultSettings(HZ), {}, HZ), defaultSettings(HZ));
  assert.deepEqual(readSettings(settingsCodec.encode(defaultSettings(HZ)), HZ), {});
});

test('each setting comes back as it was written, its least and its most too, and moves no other', () => {
  for (const { name, least, most } of KEPT)
    for (const value of [least, most]) {
      const settings = mergeSettings({}, { [name]: value });
      const fields = withSettings(defaultSettings(HZ), settings, HZ);
      assert.deepEqual(readSettings(settingsCodec.encode(fields), HZ), settings);
    }
});

test('a state that says nothing of settings leaves them; one that does says all', () => {
  const before = settingsCodec.encode(withSettings(defaultSettings(HZ), { drop_packet: 3 }, HZ));
  const next = (settings?: Record<string, number>) =>
    readSettings(settingsWith(before, { timeouts: DEFAULT_TIMEOUTS, ...(settings && { settings }) }, HZ, BOUNDS), HZ);
  assert.deepEqual(next(), { drop_packet: 3 });
  assert.deepEqual(next({}), {});
  assert.deepEqual(next({ sloppy_tcp: 1 }), { sloppy_tcp: 1 });
});

test('merging keeps what is not named, and forgets what becomes its default', () => {
  assert.deepEqual(mergeSettings({ drop_packet: 3, sloppy_tcp: 1 }, { drop_packet: 0, pmtu_disc: 0 }), {
    sloppy_tcp: 1,
    pmtu_disc: 0,
  });
});
