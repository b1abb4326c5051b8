// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  REAL_SERVER_IN_USE,
  REAL_SERVER_PORT_VARIES,
  REAL_SERVER_DELETED,
  REAL_SERVER_VIRTUAL_KNOWN,
} from '../../src/abi/generated.js';
import { CapacityExceeded } from '../../src/image/index.js';
import { serversInUse } from '../../src/image/settings.js';
import * as commands from './commands.js';
import { CAPACITIES, Director } from './director.js';

const WEB = commands.tcp('192.0.2.80:80');
const MAIL = commands.tcp('192.0.2.80:25');
const ONE = commands.server('10.0.0.1:80');
const TWO = commands.server('10.0.0.2:80');
const THREE = commands.server('10.0.0.3:80');
const OPEN = { active: 1, inactive: 0, persistent: 0 };

/** A web service with real servers 1 and 2, numbered 0 and 1. */
function webDirector(): Director {
  const director = new Director();
  director.run(commands.addService(WEB, 'rr'));
  director.run(commands.addServer(WEB, ONE));
  director.run(commands.addServer(WEB, TWO));
  return director;
}

test('real servers take the lowest free numbers and keep them', () => {
  const director = webDirector();
  director.run(commands.addService(MAIL, 'rr'));
  director.run(commands.addServer(MAIL, ONE));

  assert.deepEqual(director.numbers(WEB), [1, 0]);
  assert.deepEqual(director.numbers(MAIL), [2]);
  assert.equal(serversInUse(director.settings), 3);
});

test('a deleted real server with connections is only marked, and found again with its number', () => {
  const director = webDirector();
  director.loads.set(0, OPEN);

  director.run(commands.deleteServer(WEB, ONE));
  assert.equal(director.record(0).flags & REAL_SERVER_DELETED, REAL_SERVER_DELETED);
  director.run(commands.addServer(WEB, THREE));
  assert.deepEqual(director.numbers(WEB), [2, 1]);

  director.run(commands.addServer(WEB, ONE));
  assert.deepEqual(director.numbers(WEB), [0, 2, 1]);
  assert.equal(director.record(0).flags & REAL_SERVER_DELETED, 0);
});

for (const name of ['active', 'inactive', 'persistent'] as const) {
  test(`${name} connections alone keep a removed real server's number`, () => {
    const director = webDirector();
    director.loads.set(0, { active: 0, inactive: 0, persistent: 0, [name]: 1 });
    director.run(commands.deleteServer(WEB, ONE));
    director.run(commands.addServer(WEB, THREE));

    assert.deepEqual(director.numbers(WEB), [2, 1]);
  });
}

test('an idle removed real server keeps its number through the command that removes it, and loses it to the next', () => {
  const director = webDirector();
  director.run(commands.deleteServer(WEB, ONE));
  assert.equal(director.record(0).flags, REAL_SERVER_IN_USE | REAL_SERVER_DELETED | REAL_SERVER_VIRTUAL_KNOWN);

  director.run(commands.addServer(WEB, THREE));
  assert.deepEqual(director.numbers(WEB), [0, 1]);
  assert.deepEqual([...director.record(0).address.subarray(0, 4)], [10, 0, 0, 3]);
});

test('a number that one command frees and gives out again has its next hop looked up anew, one that stays has not', () => {
  const director = webDirector();
  director.run(commands.deleteServer(WEB, ONE));
  assert.deepEqual(director.forgottenHops, []);
  director.run(commands.addServer(WEB, THREE));
  assert.deepEqual(director.forgottenHops, [0]);
});

for (const [what, removal] of [
  ['-D', commands.deleteService(WEB)],
  ['-C', commands.clear],
] as const) {
  test(`after ${what} and the same service again, real servers with connections are found again`, () => {
    const director = webDirector();
    director.loads.set(0, OPEN);
    director.loads.set(1, OPEN);
    director.run(removal);
    director.run(commands.addService(MAIL, 'rr'));
    director.run(commands.addServer(MAIL, ONE));
    director.run(commands.addService(WEB, 'wrr'));
    director.run(commands.addServer(WEB, TWO));
    director.run(commands.addServer(WEB, ONE));

    assert.equal(director.value(WEB)!.number, 0);
    assert.deepEqual(director.numbers(WEB), [0, 1]);
    assert.deepEqual(director.numbers(MAIL), [2]);
  });
}

test('a deleted service leaves nothing once its real servers are idle', () => {
  const director = webDirector();
  director.run(commands.clear);
  assert.equal(director.image.arrays.real_servers.size, 2);

  director.run((state) => state);
  assert.equal(director.image.arrays.real_servers.size, 0);
  assert.equal(director.image.arrays.service_records.size, 0);
  assert.equal(serversInUse(director.settings), 0);
});

test('another address, port or service is another real server', () => {
  const director = webDirector();
  for (const number of [0, 1]) director.loads.set(number, OPEN);
  director.run(commands.deleteServer(WEB, ONE));
  director.run(commands.addServer(WEB, commands.server('10.0.0.1:8080')));
  director.run(commands.addService(MAIL, 'rr'));
  director.run(commands.addServer(MAIL, ONE));

  assert.deepEqual(director.numbers(WEB), [2, 1]);
  assert.deepEqual(director.numbers(MAIL), [3]);
});

test('connections of a real server know their virtual port only where the service has one', () => {
  const director = webDirector();
  const any = commands.tcp('192.0.2.81:0');
  director.run(commands.addService(any, 'rr'));
  director.run(commands.addServer(any, commands.server('10.0.0.1:0')));
  director.run(commands.addService({ kind: 'mark', mark: 7, family: 4 }, 'rr', { realServers: [TWO] }));

  const known = director.record(0);
  assert.equal(known.flags, REAL_SERVER_IN_USE | REAL_SERVER_VIRTUAL_KNOWN);
  assert.deepEqual([...known.virtualAddress.subarray(0, 4), known.virtualPort, known.protocol], [192, 0, 2, 80, 80, 6]);
  assert.equal(director.record(2).flags, REAL_SERVER_IN_USE);
  // Of a mark: port 80 for some connections, the one that the client asked for for those of a template.
  assert.deepEqual(
    [director.record(3).flags, director.record(3).port, director.record(3).virtualPort],
    [REAL_SERVER_IN_USE | REAL_SERVER_PORT_VARIES, 0, 80],
  );
  assert.equal(director.record(3).protocol, 0);
});

test('more than the maps hold is refused with the option to raise, and changes nothing', () => {
  const small = new Director({ ...CAPACITIES, services: 1, servers: 2 });
  small.run(commands.addService(WEB, 'rr'));
  small.run(commands.addServer(WEB, ONE));
  small.run(commands.addServer(WEB, TWO));
  const before = small.state;

  assert.throws(
    () => small.run(commands.addService(MAIL, 'rr')),
    (error) => error instanceof CapacityExceeded && error.option === '--services' && error.table === 'services',
  );
  assert.throws(
    () => small.run(commands.addServer(WEB, THREE)),
    (error) => error instanceof CapacityExceeded && error.option === '--servers' && error.capacity === 2,
  );
  assert.deepEqual(small.state, before);
});

for (const table of ['members', 'slots', 'levels'] as const) {
  test(`too few ${table} are refused by name`, () => {
    const director = new Director({ ...CAPACITIES, [table]: 1 });
    const realServers = [commands.server('10.0.0.1:80', 1), commands.server('10.0.0.2:80', 2)];
    assert.throws(
      () => director.run(commands.addService(WEB, 'wrr', { realServers })),
      (error) => error instanceof CapacityExceeded && error.table === table,
    );
  });
}

test('full maps still take another configuration of the same size, over one command that empties them', () => {
  const director = new Director({ ...CAPACITIES, services: 2, servers: 4, members: 4, slots: 4 });
  director.run(commands.addService(WEB, 'rr', { realServers: [ONE, TWO] }));
  director.run(commands.clear);
  director.run(commands.addService(MAIL, 'rr', { realServers: [ONE, TWO, THREE] }));
  assert.deepEqual(director.numbers(MAIL), [0, 1, 2]);
});
