// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MARK_RULES_MAX } from '../../src/abi/generated.js';
import { Words, readRule } from '../../src/cli/mark/read_rule.js';
import { compile, decompile, markedBy } from '../../src/image/index.js';
import { rulesInForce } from '../../src/image/settings.js';
import type { MarkRule, State } from '../../src/model/types.js';
import { diff } from '../../src/plan/index.js';
import { Director, HZ } from './director.js';

function rule(words: string): MarkRule {
  return readRule(new Words(words.split(' ')), () => 3);
}

function withMarks(marks: readonly MarkRule[]): (state: State) => State {
  return ({ marks: _, ...state }) => (marks.length > 0 ? { ...state, marks } : state);
}

const WEB = rule('-d 192.0.2.80 -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1');
const DNS = rule('! -s 198.51.100.0/24 -i eth0 -p udp --dport 53:54 -j MARK --set-xmark 0x2/0xff');
const SIX = rule('-d 2001:db8::/64 ! -p tcp -j MARK --set-mark 4294967295');
const ANY = rule('-6 -j MARK --or-mark 8');

test('rules are read from the maps as they were written', () => {
  const director = new Director();
  director.run(withMarks([WEB, DNS, SIX, ANY]));
  assert.deepEqual(director.state.marks, [WEB, DNS, SIX, ANY]);
  director.run(withMarks([]));
  assert.equal(director.state.marks, undefined);
});

test('a new list is written beside the one in force, and one write of the settings puts it into force', () => {
  const director = new Director();
  director.run(withMarks([WEB]));
  const before = rulesInForce(director.settings);
  const changes = director.plan(withMarks([DNS, WEB]));
  const places = changes.flatMap(({ map, key }) => (map === 'mark_rules' ? [key as number] : []));
  assert.ok(places.every((place) => place < before.first || place >= before.first + MARK_RULES_MAX));
  const writes = changes.map(({ map }) => map);
  assert.ok(writes.lastIndexOf('mark_rules') < writes.lastIndexOf('.data.settings'));
});

test('whatever write a change of rules stops after, packets meet the old ones or the new ones', () => {
  const first = new Director();
  first.run(withMarks([WEB, SIX]));
  const count = first.plan(withMarks([DNS])).length;
  const met = Array.from({ length: count + 1 }, (_, writes) => {
    const director = first.clone();
    const changes = director.plan(withMarks([DNS]));
    for (const change of changes.slice(0, writes))
      if (change.kind === 'set') director.set(change.map, change.key, change.value);
    return JSON.stringify(director.state.marks);
  });
  assert.deepEqual(new Set(met), new Set([JSON.stringify([WEB, SIX]), JSON.stringify([DNS])]));
});

test('a rule that stays keeps what it counted, a new one begins at 0 whoever had its number', () => {
  const director = new Director();
  director.run(withMarks([WEB, DNS]));
  director.markCounts.set(1, { packets: 10n, bytes: 1000n });
  director.markCounts.set(2, { packets: 7n, bytes: 70n });
  director.run(withMarks([DNS]));
  assert.deepEqual(markedBy(director), [{ packets: 7n, bytes: 70n }]);
  director.run(withMarks([SIX, DNS]));
  assert.deepEqual(markedBy(director), [
    { packets: 0n, bytes: 0n },
    { packets: 7n, bytes: 70n },
  ]);
});

test('the same rules again are no change', () => {
  const director = new Director();
  director.run(withMarks([WEB, DNS]));
  const { image } = director;
  const state = decompile(image, HZ);
  assert.deepEqual(diff(image, compile({ ...state, marks: [WEB, DNS] }, director)), []);
});
