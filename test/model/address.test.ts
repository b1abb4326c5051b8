// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAddress, isUnicast, parseAddress, parseIpv4, parseIpv6, sameAddress } from '../../src/model/address.js';

const written = (text: string) => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe('IPv4 as inet_aton reads it', () => {
  for (const [typed, address] of [
    ['192.0.2.1', '192.0.2.1'],
    ['10.1', '10.0.0.1'],
    ['1.2.3', '1.2.0.3'],
    ['1.2.65535', '1.2.255.255'],
    ['1.65536', '1.1.0.0'],
    ['16909060', '1.2.3.4'],
    ['4294967295', '255.255.255.255'],
    ['0x7f.1', '127.0.0.1'],
    ['0X0a000002', '10.0.0.2'],
    ['010.0.0.2', '8.0.0.2'],
    ['0', '0.0.0.0'],
    ['1.1.1.1 anything', '1.1.1.1'],
  ] as const) {
    test(`${typed} is ${address}`, () => assert.equal(parseIpv4(typed)?.join('.'), address));
  }

  for (const typed of [
    ...['', ' 1.1.1.1', '1.2.3.4.5', '256.1.1.1', '1.2.3.256', '1.2.65536', '1.16777216', '4294967296', '08.1.1.1'],
    ...['0x', '0x.1', '01777.1', '1..1', '.1', '1.', '1.1.1.1x', '-1', '+1', 'host'],
  ]) {
    test(`'${typed}' is none`, () => assert.equal(parseIpv4(typed), undefined));
  }
});

describe('IPv6 as inet_pton reads it and inet_ntop writes it', () => {
  for (const [typed, address] of [
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:0:0:0:0053', '2001:db8::53'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:0:0:1:1:0:0:1', '2001::1:1:0:0:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['::1.2.3.4', '::1.2.3.4'],
    ['::1:0', '::0.1.0.0'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ] as const) {
    test(`${typed} is ${address}`, () => assert.equal(written(typed), address));
  }

  for (const typed of [
    ...[
      '',
      ':',
      ':::',
      '1',
      ':1',
      '1:',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '::12345',
      '::g',
      'fe80::1%lo',
    ],
    ...['1:2:3:4::5:6:7:8', '::1.2.3', '::01.2.3.4', '::256.1.1.1', '::1.2.3.4:5', '1.2.3.4::', '[::1]', ' ::1'],
  ]) {
    test(`'${typed}' is none`, () => assert.equal(parseIpv6(typed), undefined));
  }

  test('what is written is read as the same address', () => {
    let seed = 1;
    for (let round = 0; round < 2000; round++) {
      // Few distinct bytes make many runs of zeros.
      const bytes = Uint8Array.from({ length: 16 }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return [0, 0, 0, 1, 0xff][(seed >>> 16) % 5] ?? 0;
      });
      assert.deepEqual(parseIpv6(formatAddress({ family: 6, bytes })), bytes);
    }
  });
});

describe('addresses that a real server may have', () => {
  for (const typed of [
    '192.0.2.1',
    '127.0.0.1',
    '0.0.0.1',
    '240.0.0.1',
    '2001:db8::1',
    '::1',
    'fc00::1',
    '::1.2.3.4',
  ]) {
    test(`${typed} is one`, () => assert.equal(mayServe(typed), true));
  }
  for (const typed of ['0.0.0.0', '224.0.0.1', '239.1.1.1', '255.255.255.255', '::', 'ff02::1', 'fe80::5', 'febf::1']) {
    test(`${typed} is none`, () => assert.equal(mayServe(typed), false));
  }

  function mayServe(typed: string): boolean {
    const address = parseAddress(typed);
    assert.ok(address);
    return isUnicast(address);
  }
});

test('addresses of two families are never the same', () => {
  const [ipv4, ipv6] = [parseAddress('0.0.0.0'), parseAddress('::')];
  assert.ok(ipv4 && ipv6);
  assert.equal(sameAddress(ipv4, ipv6), false);
  assert.equal(sameAddress(ipv4, { ...ipv4 }), true);
});
