// SPDX-License-Identifier: Apache-2.0
/** Settings in a file: read, merged, told, saved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences } from '../../../src/config/difference.js';
import { merge } from '../../../src/config/merge.js';
import { writeYaml } from '../../../src/config/yaml.js';
import { desiredState } from '../../../src/cli/apply/desired.js';
import { saveDocument } from '../../../src/cli/save/document.js';
import { differenceJson, differenceText } from '../../../src/cli/show/difference_text.js';
import { EMPTY_STATE } from '../../../src/model/state.js';
import { FileNames } from '../file_names.js';

const read = (text: string) => desiredState(text, new FileNames());

test('settings of a file are set, others stay, and the plan tells it', () => {
  const before = { ...EMPTY_STATE, settings: { sloppy_tcp: 1, drop_packet: 3 } };
  const wanted = read('settings: { drop_packet: 0, timeout.tcp.syn_recv: 20 }\nservices: []\n');
  const after = merge(before, wanted);
  assert.deepEqual(after.settings, { sloppy_tcp: 1, 'timeout.tcp.syn_recv': 20 });
  const [only, ...others] = differences(before, after);
  assert.deepEqual(others, []);
  assert.equal(differenceText(only!), 'settings: drop_packet 3 -> 0, timeout.tcp.syn_recv 60 -> 20');
  assert.deepEqual(differenceJson(only!), {
    change: 'changed',
    of: 'settings',
    fields: [
      { field: 'drop_packet', before: 3, after: 0 },
      { field: 'timeout.tcp.syn_recv', before: 60, after: 20 },
    ],
  });
  assert.deepEqual(differences(after, merge(after, wanted)), []);
});

test('a file without settings changes none', () => {
  const before = { ...EMPTY_STATE, settings: { sloppy_tcp: 1 } };
  assert.deepEqual(differences(before, merge(before, read('services: []\n'))), []);
});

test('what differs from the defaults is saved, and read as it was', () => {
  const state = { ...EMPTY_STATE, settings: { conn_reuse_mode: 0, 'timeout.tcp.close': 5 } };
  const text = writeYaml(saveDocument(state));
  assert.match(text, /^settings:\n {2}conn_reuse_mode: 0\n {2}timeout\.tcp\.close: 5$/m);
  assert.deepEqual(merge(EMPTY_STATE, read(text)), state);
});

for (const [text, message] of [
  ['settings: { drop_packet: 4 }', 'drop_packet must be a whole number from 0 to 3, not 4'],
  ['settings: { backup_only: 1 }', "unknown field 'backup_only': settings has am_droprate"],
] as const)
  test(`${text} is refused`, () => {
    assert.throws(
      () => read(`${text}\nservices: []\n`),
      ({ message: told }: Error) => told.startsWith(message),
    );
  });
