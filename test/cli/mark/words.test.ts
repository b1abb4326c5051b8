// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changedRules } from '../../../src/cli/mark/change.js';
import { markLine, marksJson, marksTable } from '../../../src/cli/mark/listing.js';
import { Words, readRule } from '../../../src/cli/mark/read_rule.js';
import { readRequest } from '../../../src/cli/mark/request.js';
import type { MarkRequest } from '../../../src/cli/mark/request.js';
import { ruleWords } from '../../../src/cli/mark/words.js';
import { UsageError } from '../../../src/cli/usage_error.js';
import type { MarkRule } from '../../../src/model/types.js';

const words = (line: string) => (line === '' ? [] : line.split(' '));
const rule = (line: string) => readRule(new Words(words(line)), () => 3);
const request = (line: string) => readRequest(words(line), () => 3);

/** As typed, and as it is said back. */
const SAID: readonly (readonly [string, string?])[] = [
  ['-d 192.0.2.80 -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1'],
  [
    '-d 192.0.2.80/32 -p tcp -m tcp --dport 80 -j MARK --set-mark 0x10',
    '-d 192.0.2.80 -p tcp --dport 80 -j MARK --set-mark 16',
  ],
  ['-d 192.0.2.80/255.255.255.0 -j MARK --set-xmark 0x1/0xffffffff', '-d 192.0.2.0/24 -j MARK --set-mark 1'],
  ['-p 6 --destination-port=:1024 --jump MARK --set-mark 1', '-p tcp --dport 0:1024 -j MARK --set-mark 1'],
  ['-p UDP --sport 1024: -j MARK --set-mark 1', '-p udp --sport 1024:65535 -j MARK --set-mark 1'],
  ['! -s 10.0.0.0/8 ! -i eth0 ! -p udp -j MARK --set-mark 1'],
  ['-p tcp -m multiport ! --dports 22,8000:8080 -j MARK --set-mark 1'],
  ['-s 2001:db8::1/64 -j MARK --set-mark 4294967295', '-s 2001:db8::/64 -j MARK --set-mark 4294967295'],
  ['-s 0.0.0.0/0 -j MARK --set-mark 1', '-4 -j MARK --set-mark 1'],
  ['-j MARK --set-mark 0x3/0xff', '-j MARK --set-xmark 0x3/0xff'],
  ['-j MARK --set-mark 0x300/0xff', '-j MARK --set-xmark 0x300/0x3ff'],
  ['-j MARK --set-xmark 0x300/0xff'],
  ['-j MARK --and-mark 0xff', '-j MARK --set-xmark 0x0/0xffffff00'],
  ['-j MARK --or-mark 4', '-j MARK --set-xmark 0x4/0x4'],
  ['-j MARK --xor-mark 4', '-j MARK --set-xmark 0x4/0x0'],
];

for (const [typed, said = typed] of SAID) {
  test(`${typed} is understood, and again what is said of it`, () => {
    const read = rule(typed);
    assert.equal(ruleWords(read).join(' '), said);
    assert.deepEqual(rule(said), read);
    assert.deepEqual(request(markLine(read)), { name: 'add', rule: read });
  });
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['-d 192.0.2.80', /needs a mark/],
  ['-d www.example.com -j MARK --set-mark 1', /-d takes an address or network such as 192\.0\.2\.0\/24, not 'www/],
  ['-d 192.0.2.0/33 -j MARK --set-mark 1', /neither a length up to 32/],
  ['-d 192.0.2.0/255.0.255.0 -j MARK --set-mark 1', /without gaps/],
  ['-d 192.0.2.1 -s 2001:db8::1 -j MARK --set-mark 1', /IPv4 and IPv6 in one rule/],
  ['-d 192.0.2.1 -d 192.0.2.2 -j MARK --set-mark 1', /-d is given twice/],
  ['--dport 80 -j MARK --set-mark 1', /give -p tcp, udp or sctp/],
  ['! -p tcp --dport 80 -j MARK --set-mark 1', /give -p tcp, udp or sctp/],
  ['-p tcp --dport 80:70 -j MARK --set-mark 1', /not '80:70'/],
  ['-p tcp --dport 65536 -j MARK --set-mark 1', /not '65536'/],
  ['-p tcp --dport http -j MARK --set-mark 1', /not 'http'/],
  ['-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15,16 -j MARK --set-mark 1', /room for 15/],
  ['-p icp -j MARK --set-mark 1', /-p is tcp, udp, sctp, all or a number, not 'icp'/],
  ['-m conntrack -j MARK --set-mark 1', /no match 'conntrack' here: multiport/],
  ['-j ACCEPT', /no target 'ACCEPT' here: MARK/],
  ['-j MARK --set-mark 4294967296', /up to 4294967295/],
  ['-j MARK --set-mark one', /not 'one'/],
  ['-j MARK --set-mark 1 --set-mark 2', /a rule sets one mark/],
  ['-i eth+ -j MARK --set-mark 1', /'\+' for several is not supported/],
  ['! ! -p tcp -j MARK --set-mark 1', /stands twice/],
  ['! -j MARK --set-mark 1', /cannot turn -j round/],
  ['-j MARK --set-mark 1 !', /at the end/],
  ['-o eth0 -j MARK --set-mark 1', /cannot have '-o' here/],
  ['-j MARK --set-mark', /--set-mark needs a value/],
];

for (const [typed, reason] of REFUSED) {
  test(`${typed} is refused in a sentence`, () => {
    assert.throws(
      () => rule(typed),
      (error) => error instanceof UsageError && reason.test(error.message) && !error.message.includes('\n'),
    );
  });
}

const RULE = '-d 192.0.2.80 -j MARK --set-mark 1';
const REQUESTS: readonly (readonly [string, MarkRequest])[] = [
  ['', { name: 'list', json: false }],
  ['-L', { name: 'list', json: false }],
  ['-t mangle -L PREROUTING -n -v --line-numbers', { name: 'list', json: false }],
  ['-Lnv -t mangle', { name: 'list', json: false }],
  ['list --json', { name: 'list', json: true }],
  ['-S PREROUTING', { name: 'lines' }],
  [`-A PREROUTING -t mangle ${RULE}`, { name: 'add', rule: rule(RULE) }],
  [`add ${RULE}`, { name: 'add', rule: rule(RULE) }],
  [`-w -t mangle -I PREROUTING ${RULE}`, { name: 'insert', place: 0, rule: rule(RULE) }],
  [`-I PREROUTING 3 ${RULE}`, { name: 'insert', place: 2, rule: rule(RULE) }],
  [`-D PREROUTING ${RULE}`, { name: 'delete', rule: rule(RULE) }],
  ['-D PREROUTING 2', { name: 'delete-place', place: 1 }],
  ['delete 2', { name: 'delete-place', place: 1 }],
  [`-C PREROUTING ${RULE}`, { name: 'check', rule: rule(RULE) }],
  ['-F', { name: 'flush' }],
  ['flush', { name: 'flush' }],
  ['-Z PREROUTING 2', { name: 'zero', place: 1 }],
  ['zero', { name: 'zero', place: undefined }],
];

for (const [typed, wanted] of REQUESTS) {
  test(`mark ${typed}`, () => assert.deepEqual(request(typed), wanted));
}

for (const [typed, reason] of [
  [`-A OUTPUT ${RULE}`, /no chain OUTPUT here/],
  [`-t nat -A PREROUTING ${RULE}`, /no table 'nat' here/],
  ['-N chain', /'-N' is no command of mark/],
  ['-F PREROUTING now', /'now' is too much/],
  ['-D PREROUTING 0', /counted from 1/],
  [`-A PREROUTING 1 ${RULE}`, /says where to insert/],
  ['-F --json', /--json goes with a list/],
] as const) {
  test(`mark ${typed} is refused`, () => assert.throws(() => request(typed), reason));
}

test('rules are added, inserted and deleted by what they say or by number', () => {
  const [a, b, c] = [1, 2, 3].map((mark) => rule(`-d 192.0.2.${mark} -j MARK --set-mark ${mark}`)) as [
    MarkRule,
    MarkRule,
    MarkRule,
  ];
  assert.deepEqual(changedRules([a], { name: 'add', rule: b }), [a, b]);
  assert.deepEqual(changedRules([a, b], { name: 'insert', place: 1, rule: c }), [a, c, b]);
  assert.deepEqual(changedRules([a, b, a], { name: 'delete', rule: a }), [b, a]);
  assert.deepEqual(changedRules([a, b], { name: 'delete-place', place: 1 }), [a]);
  assert.throws(() => changedRules([a], { name: 'delete', rule: c }), /no such rule/);
  assert.throws(() => changedRules([a], { name: 'delete-place', place: 1 }), /no rule 2: there are 1/);
  assert.throws(() => changedRules([a], { name: 'insert', place: 2, rule: c }), /no place 3/);
});

test('rules as a table and for programs', () => {
  const rows = [{ rule: rule(RULE), place: 1, packets: 12n, bytes: 720n }];
  assert.deepEqual(marksTable(rows, undefined), [
    'NUM  PACKETS  BYTES  RULE',
    '  1       12    720  -d 192.0.2.80 -j MARK --set-mark 1',
  ]);
  const [told] = JSON.parse(marksJson(rows)) as Record<string, unknown>[];
  assert.deepEqual([told?.['number'], told?.['value'], told?.['rule']], [1, 1, RULE]);
});
