// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refusal } from '../../../src/cli/output.js';
import { endpointPattern, matchesEndpoint, matchesService, servicePattern } from '../../../src/cli/show/pattern.js';
import type { Endpoint } from '../../../src/model/requests.js';
import { parseAddress } from '../../../src/model/address.js';
import type { Protocol, ServiceKey } from '../../../src/model/types.js';

function end(address: string, port: number): Endpoint {
  return { address: parseAddress(address) ?? assert.fail(address), port };
}

function service(protocol: Protocol, address: string, port: number): ServiceKey {
  return { kind: 'address', protocol, ...end(address, port) };
}

const HERE = end('192.0.2.80', 80);
const HERE6 = end('2001:db8::80', 80);

const MATCHES: readonly (readonly [string, Endpoint, boolean])[] = [
  ['192.0.2.80', HERE, true],
  ['192.0.2.80:80', HERE, true],
  ['192.0.2.80:81', HERE, false],
  ['192.0.2.81', HERE, false],
  [':80', HERE, true],
  [':80', HERE6, true],
  [':8', HERE, false],
  ['192.0.2.0/24', HERE, true],
  ['192.0.2.0/24:80', HERE, true],
  ['192.0.2.64/27', HERE, true],
  ['192.0.2.96/27', HERE, false],
  ['0.0.0.0/0', HERE, true],
  ['0.0.0.0/0', HERE6, false],
  ['2001:db8::80', HERE6, true],
  ['[2001:db8::80]:80', HERE6, true],
  ['2001:db8::/32', HERE6, true],
  ['[2001:db8::/32]:81', HERE6, false],
  ['2001:db9::/32', HERE6, false],
  ['::/0', HERE6, true],
  ['::/0', HERE, false],
];

for (const [text, endpoint, expected] of MATCHES) {
  test(`${text} ${expected ? 'chooses' : 'does not choose'} port ${endpoint.port} of an IPv${endpoint.address.family} host`, () => {
    assert.equal(matchesEndpoint(endpointPattern(text, '--client'), endpoint), expected);
  });
}

test('services are chosen by protocol, address, port or mark', () => {
  const keys: ServiceKey[] = [
    service('tcp', '192.0.2.80', 80),
    service('udp', '192.0.2.80', 80),
    service('udp', '192.0.2.80', 53),
    service('tcp', '2001:db8::80', 80),
    { kind: 'mark', mark: 7, family: 4 },
    { kind: 'mark', mark: 7, family: 6 },
  ];
  const chosen = (text: string) =>
    keys.flatMap((key, index) => (matchesService(servicePattern(text, '--service'), key) ? [index] : []));
  assert.deepEqual(chosen('192.0.2.80'), [0, 1, 2]);
  assert.deepEqual(chosen('tcp 192.0.2.80'), [0]);
  assert.deepEqual(chosen('UDP/192.0.2.80:53'), [2]);
  assert.deepEqual(chosen('tcp'), [0, 3]);
  assert.deepEqual(chosen('tcp [2001:db8::80]:80'), [3]);
  assert.deepEqual(chosen(':80'), [0, 1, 3]);
  assert.deepEqual(chosen('mark 7'), [4, 5]);
  assert.deepEqual(chosen('mark 8'), []);
});

const NO_ENDPOINT = [
  '',
  ' ',
  '10',
  '10.1',
  '192.0.2.80:',
  '192.0.2.80:65536',
  '192.0.2.80/33',
  '::1/129',
  '[]:80',
  'www',
];

for (const text of NO_ENDPOINT) {
  test(`'${text}' is no address, and it is said in one line what would be`, () => {
    assert.throws(
      () => endpointPattern(text, '--client'),
      (error: Error) => error instanceof Refusal && error.message.startsWith(`--client cannot be '${text}': give `),
    );
    assert.throws(() => servicePattern(text, '--service'), Refusal);
  });
}

test('a mark is of 32 bits', () => {
  assert.throws(() => servicePattern('mark 4294967296', '--service'), Refusal);
  assert.equal(servicePattern('mark 4294967295', '--service').kind, 'mark');
});
