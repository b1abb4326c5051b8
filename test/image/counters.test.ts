// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counters, serviceKeyText, totalCounts } from '../../src/image/index.js';
import type { ServiceKey } from '../../src/model/types.js';
import * as commands from './commands.js';
import { Director } from './director.js';

const WEB = commands.tcp('192.0.2.80:80');
const MAIL = commands.tcp('192.0.2.80:25');
const ONE = commands.server('10.0.0.1:80');
const TWO = commands.server('10.0.0.2:80');
const OPEN = { active: 1, inactive: 0, persistent: 0 };

function webDirector(): Director {
  const director = new Director();
  director.run(commands.addService(WEB, 'rr'));
  director.run(commands.addServer(WEB, TWO));
  director.run(commands.addServer(WEB, ONE));
  return director;
}

/** Connections shown for a service, then for each of its real servers. */
function shown(director: Director, key: ServiceKey): number[] {
  const { counts, realServers } = counters(director).get(serviceKeyText(key))!;
  return [counts, ...realServers.map((server) => server.counts)].map(({ connections }) => Number(connections));
}

test('a service has what its real servers have, in packets and bytes too', () => {
  const director = webDirector();
  const [one, two] = director.numbers(WEB) as [number, number];
  director.count(one, 5);
  director.count(two, 2);

  assert.deepEqual(shown(director, WEB), [7, 5, 2]);
  const { counts } = counters(director).get(serviceKeyText(WEB))!;
  assert.deepEqual(counts, { connections: 7n, inPackets: 7n, outPackets: 7n, inBytes: 700n, outBytes: 700n });
});

test('-Z of one service leaves the others', () => {
  const director = webDirector();
  director.run(commands.addService(MAIL, 'rr', { realServers: [ONE] }));
  for (const number of [...director.numbers(WEB), ...director.numbers(MAIL)]) director.count(number, 3);

  director.zero(WEB);
  assert.deepEqual(shown(director, WEB), [0, 0, 0]);
  assert.deepEqual(shown(director, MAIL), [3, 3]);
  director.count(director.numbers(WEB)[1]!, 1);
  assert.deepEqual(shown(director, WEB), [1, 0, 1]);

  director.zero();
  assert.deepEqual(shown(director, WEB), [0, 0, 0]);
  assert.deepEqual(shown(director, MAIL), [0, 0]);
});

test('a service keeps what a deleted real server counted, also after its number went to another', () => {
  const director = webDirector();
  director.run(commands.addService(MAIL, 'rr'));
  const [one] = director.numbers(WEB) as [number];
  director.count(one, 5);
  director.run(commands.deleteServer(WEB, ONE));
  assert.deepEqual(shown(director, WEB), [5, 0]);

  director.run(commands.addServer(MAIL, ONE));
  assert.deepEqual(director.numbers(MAIL), [one]);
  assert.deepEqual(shown(director, MAIL), [0, 0]);
  assert.deepEqual(shown(director, WEB), [5, 0]);

  director.count(one, 2);
  assert.deepEqual(shown(director, MAIL), [2, 2]);
  assert.deepEqual(shown(director, WEB), [5, 0]);
});

test('a real server deleted and added again, its connections open, has its counters again', () => {
  const director = webDirector();
  const [one] = director.numbers(WEB) as [number];
  director.count(one, 5);
  director.loads.set(one, OPEN);
  director.run(commands.deleteServer(WEB, ONE));
  director.run((state) => state);
  director.run(commands.addServer(WEB, ONE));

  assert.deepEqual(shown(director, WEB), [5, 5, 0]);
});

test('a service deleted and added again begins at 0, with its real servers, though their connections live', () => {
  const director = webDirector();
  const [one, two] = director.numbers(WEB) as [number, number];
  for (const number of [one, two]) {
    director.count(number, 5);
    director.loads.set(number, OPEN);
  }
  director.run(commands.deleteService(WEB));
  director.run(commands.addService(WEB, 'rr'));
  director.run(commands.addServer(WEB, ONE));
  assert.deepEqual(director.numbers(WEB), [one]);
  assert.deepEqual(shown(director, WEB), [0, 0]);

  director.count(one, 1);
  assert.deepEqual(shown(director, WEB), [1, 1]);
});

test('editing a service or a real server keeps all counters', () => {
  const director = webDirector();
  for (const number of director.numbers(WEB)) director.count(number, 4);
  director.run(commands.editService(WEB, { scheduler: 'wrr' }));
  director.run(commands.editServer(WEB, { ...ONE, weight: 0, method: 'tunnel' }));

  assert.deepEqual(shown(director, WEB), [8, 4, 4]);
});

test("-Z of all sets the director's totals to 0, which one service's does not; what it loses is kept", () => {
  const director = webDirector();
  for (const number of director.numbers(WEB)) director.count(number, 4);
  const totals = () => Number(totalCounts(director).connections);
  director.zero(WEB);
  assert.equal(totals(), 8);
  director.run(commands.deleteService(WEB));
  assert.equal(totals(), 8);
  director.zero();
  assert.equal(totals(), 0);
  director.count(0, 3);
  assert.equal(totals(), 3);
});

test('whose counters are set to 0 has no rate until packets come, and others keep theirs', () => {
  const director = webDirector();
  director.run(commands.addService(MAIL, 'rr', { realServers: [ONE] }));
  const [one, two] = director.numbers(WEB) as [number, number];
  director.count(one, 5);
  director.count(two, 7);
  director.zero(WEB);
  const estimate = (number: number) => director.estimates.get(number);
  assert.deepEqual([estimate(one)?.connectionRate, estimate(one)?.inByteRate], [0n, 0n]);
  assert.deepEqual([estimate(one)?.lastConnections, estimate(two)?.lastOutBytes], [5n, 700n]);
  assert.equal(estimate(director.numbers(MAIL)[0]!), undefined);
});

test("a number's next holder does not begin with the rate of the one before", () => {
  const director = webDirector();
  director.run(commands.addService(MAIL, 'rr'));
  const [one] = director.numbers(WEB) as [number];
  director.count(one, 5);
  director.run(commands.deleteServer(WEB, ONE));
  director.estimates.clear();
  director.run(commands.addServer(MAIL, ONE));
  assert.deepEqual(director.numbers(MAIL), [one]);
  assert.equal(director.estimates.get(one)?.connectionRate, 0n);
  assert.equal(director.estimates.get(one)?.lastConnections, 5n);
});
