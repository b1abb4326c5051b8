// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CONCERN_WORDS, realServerCodec, serviceKeyCodec } from '../../src/abi/generated.js';
import { Words, readRule } from '../../src/cli/mark/read_rule.js';
import { NO_CONCERNS, concernsOf, join } from '../../src/image/concerns.js';
import { keyText } from '../../src/image/image.js';

const FLAGS_IN_USE = 1;

function key(address: readonly number[], mark = 0): string {
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => address[index] ?? 0);
  return keyText(serviceKeyCodec.encode({ address: bytes, port: 80, protocol: 6, family: 4, mark }));
}

function record(address: readonly number[], virtual: readonly number[], flags: number, protocol = 6): Uint8Array {
  const at = (given: readonly number[]) => Uint8Array.from({ length: 16 }, (_, index) => given[index] ?? 0);
  const empty = realServerCodec.decode(new Uint8Array(realServerCodec.size));
  return realServerCodec.encode({
    ...empty,
    address: at(address),
    virtualAddress: at(virtual),
    family: 4,
    protocol,
    flags,
  });
}

/** As bpf/concern.h reads them: the address in memory order, multiplied, its upper half the bit. */
function concern(words: readonly bigint[], address: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = address;
  const bit =
    Number((((BigInt(d) << 24n) | (BigInt(c) << 16n) | (BigInt(b) << 8n) | BigInt(a)) * 0x9e3779b1n) & 0xffffffffn) >>>
    16;
  return ((words[bit >> 6]! >> BigInt(bit & 63)) & 1n) === 1n;
}

const VIP = [192, 0, 2, 80];
const SERVER = [10, 0, 0, 1];

test('a service concerns packets to its address, and nothing else', () => {
  const words = concernsOf([key(VIP)], []);
  assert.ok(concern(words, VIP));
  const others = Array.from({ length: 256 }, (_, last) => [198, 51, 100, last]);
  assert.equal(others.filter((address) => concern(words, address)).length, 0);
});

test('a real server concerns packets from it, and to the service it had, also when that is gone', () => {
  const words = concernsOf([key([192, 0, 2, 81])], [record(SERVER, VIP, FLAGS_IN_USE)]);
  assert.ok(concern(words, SERVER));
  assert.ok(concern(words, VIP));
});

test('a freed record concerns nobody', () => {
  const services = [key([192, 0, 2, 81])];
  assert.deepEqual(concernsOf(services, [record(SERVER, VIP, 0)]), concernsOf(services, []));
});

test('without any service nothing is of concern, as IPVS lets go of all packets with its last', () => {
  assert.deepEqual(concernsOf([], [record(SERVER, VIP, FLAGS_IN_USE)]), NO_CONCERNS);
});

const ALL = (words: readonly bigint[]) => words.every((word) => word === 2n ** 64n - 1n);
const rules = (...lines: string[]) =>
  lines.map((line) => readRule(new Words(`${line} -j MARK --set-mark 7`.split(' ')), () => 1));

test('with a service of a mark, what rules mark is of concern, address by address', () => {
  const words = concernsOf([key([], 7)], [], rules('-d 192.0.2.80', '-d 198.51.100.0/30'));
  assert.equal(words.length, CONCERN_WORDS);
  for (const last of [0, 1, 2, 3]) assert.ok(concern(words, [198, 51, 100, last]));
  assert.ok(concern(words, [192, 0, 2, 80]) && !concern(words, [192, 0, 2, 81]));
  assert.ok(!concern(concernsOf([key(VIP)], [], rules('-d 198.51.100.1')), [198, 51, 100, 1]));
});

test('rules for large networks, for all but one, or for any address concern every packet', () => {
  for (const line of ['-d 10.0.0.0/8', '! -d 192.0.2.80', '-p tcp', '-d 2001:db8::/64'])
    assert.ok(ALL(concernsOf([key([], 7)], [], rules(line))), line);
  assert.ok(!ALL(concernsOf([key([], 7)], [], rules('-d 2001:db8::/120'))));
});

test('what was marked goes on to concern while real servers of marks are remembered', () => {
  const before = concernsOf([key([], 7)], [], rules('-d 192.0.2.80'));
  const remembered = [record(SERVER, [], FLAGS_IN_USE, 0)];
  assert.ok(concern(concernsOf([key([], 7)], remembered, [], before), [192, 0, 2, 80]));
  assert.ok(!concern(concernsOf([key([], 7)], [], [], before), [192, 0, 2, 80]));
});

test('joined, both concern', () => {
  const joined = join(concernsOf([key(VIP)], []), concernsOf([key(SERVER)], []));
  assert.ok(concern(joined, VIP) && concern(joined, SERVER));
});
