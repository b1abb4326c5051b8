// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddress } from '../../src/model/address.js';
import {
  addServer,
  addService,
  clear,
  deleteServer,
  deleteService,
  editServer,
  editService,
  serviceOf,
  setTimeouts,
} from '../../src/model/commands.js';
import {
  NoSuchServer,
  NoSuchService,
  NotUnicast,
  SchedulerNotFound,
  ServerExists,
  ServiceExists,
  ServiceNotDefined,
  ThresholdsCrossed,
} from '../../src/model/errors.js';
import type { ServiceRequest } from '../../src/model/requests.js';
import { serviceId } from '../../src/model/service_id.js';
import { DEFAULT_TIMEOUTS, EMPTY_STATE } from '../../src/model/state.js';
import type { Address, RealServer, ServiceKey, State } from '../../src/model/types.js';

const KEY = keyOf('192.0.2.80');
const OTHER_KEY = keyOf('192.0.2.81');
const WITH_SERVICE = addService(EMPTY_STATE, request(KEY));

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

function keyOf(text: string): ServiceKey {
  return { kind: 'address', protocol: 'tcp', address: address(text), port: 80 };
}

function request(key: ServiceKey, scheduler = 'rr'): ServiceRequest {
  const schedulerFlags = { flag1: false, flag2: false, flag3: false };
  return { key, scheduler, schedulerFlags, onePacket: false, persistence: undefined };
}

function server(text: string, changes: Partial<RealServer> = {}): RealServer {
  return {
    address: address(text),
    port: 80,
    method: 'masquerade',
    tunnel: { type: 'ipip', port: 0, checksum: 'none' },
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    ...changes,
  };
}

function withServers(...servers: readonly RealServer[]): State {
  return servers.reduce((state, each) => addServer(state, KEY, each), WITH_SERVICE);
}

function lastBytes(state: State): unknown[] {
  return serviceOf(state, KEY).realServers.map((each) => each.address.bytes[3]);
}

describe('services', () => {
  test('stand in the order in which they were added, edited ones where they stood', () => {
    const state = editService(addService(WITH_SERVICE, request(OTHER_KEY)), request(KEY, 'wrr'));
    assert.deepEqual([...state.services.keys()], ['tcp 192.0.2.80:80', 'tcp 192.0.2.81:80']);
    assert.equal(serviceOf(state, KEY).scheduler, 'wrr');
  });

  test('keep their real servers when edited, and nothing else', () => {
    const persistent = { ...request(KEY), persistence: { timeoutS: 60, mask: 0xffffffff }, persistenceEngine: 'sip' };
    const state = editService(addServer(editService(WITH_SERVICE, persistent), KEY, server('10.0.0.1')), request(KEY));
    assert.deepEqual(serviceOf(state, KEY), { ...request(KEY), realServers: [server('10.0.0.1')] });
  });

  test('that are there are not added, even with a scheduler that is not', () => {
    assert.throws(() => addService(WITH_SERVICE, request(KEY, 'nosuch')), ServiceExists);
  });

  test('need a scheduler and persistence engine that IPVS has', () => {
    for (const name of ['nosuch', 'RR', '']) {
      assert.throws(() => addService(EMPTY_STATE, request(KEY, name)), SchedulerNotFound);
    }
    assert.throws(() => editService(WITH_SERVICE, { ...request(KEY), persistenceEngine: 'x' }), SchedulerNotFound);
  });

  test('that are not there are not edited, deleted or found', () => {
    assert.throws(() => editService(WITH_SERVICE, request(OTHER_KEY, 'nosuch')), NoSuchService);
    assert.throws(() => deleteService(WITH_SERVICE, OTHER_KEY), NoSuchService);
    assert.throws(() => serviceOf(WITH_SERVICE, OTHER_KEY), NoSuchService);
  });

  test('go one by one or all at once', () => {
    const both = addService(WITH_SERVICE, request(OTHER_KEY));
    assert.deepEqual([...deleteService(both, KEY).services.keys()], [serviceId(OTHER_KEY)]);
    assert.deepEqual(clear(both), EMPTY_STATE);
  });
});

describe('real servers', () => {
  test('are put before those that are there', () => {
    assert.deepEqual(lastBytes(withServers(server('10.0.0.1'), server('10.0.0.2'), server('10.0.0.3'))), [3, 2, 1]);
  });

  test('are edited where they stand, and deleted', () => {
    const state = editServer(
      withServers(server('10.0.0.1'), server('10.0.0.2')),
      KEY,
      server('10.0.0.1', { weight: 0 }),
    );
    assert.deepEqual(lastBytes(state), [2, 1]);
    assert.equal(serviceOf(state, KEY).realServers[1]?.weight, 0);
    assert.deepEqual(lastBytes(deleteServer(state, KEY, server('10.0.0.2'))), [1]);
  });

  test('are told apart by address and port', () => {
    const state = withServers(server('10.0.0.1'), server('10.0.0.1', { port: 81 }));
    assert.throws(() => addServer(state, KEY, server('10.0.0.1', { weight: 5 })), ServerExists);
    assert.throws(() => editServer(state, KEY, server('10.0.0.1', { port: 82 })), NoSuchServer);
    assert.throws(() => deleteServer(state, KEY, server('10.0.0.2')), NoSuchServer);
  });

  test('need their service', () => {
    for (const command of [addServer, editServer, deleteServer]) {
      assert.throws(() => command(WITH_SERVICE, OTHER_KEY, server('10.0.0.1')), ServiceNotDefined);
    }
  });

  test('need an address of one host, once they are known not to be there', () => {
    assert.throws(() => addServer(WITH_SERVICE, KEY, server('224.0.0.1')), NotUnicast);
  });

  test('need thresholds that do not cross, before anything else is looked at', () => {
    const crossed = server('224.0.0.1', { upperThreshold: 5, lowerThreshold: 6 });
    assert.throws(() => addServer(WITH_SERVICE, KEY, crossed), ThresholdsCrossed);
    assert.throws(() => editServer(WITH_SERVICE, KEY, crossed), ThresholdsCrossed);
  });
});

test('a timeout of 0 stays as it was', () => {
  const { timeouts } = setTimeouts(EMPTY_STATE, { tcp: 0, tcpFin: 60, udp: 0 });
  assert.deepEqual(timeouts, { ...DEFAULT_TIMEOUTS, tcpFin: 60 });
});

test('a command leaves the state that it was given as it was', () => {
  const before = structuredClone(withServers(server('10.0.0.1')));
  const state = withServers(server('10.0.0.1'));
  addServer(state, KEY, server('10.0.0.2'));
  editServer(state, KEY, server('10.0.0.1', { weight: 9 }));
  deleteServer(state, KEY, server('10.0.0.1'));
  editService(state, request(KEY, 'wrr'));
  clear(state);
  setTimeouts(state, { tcp: 1, tcpFin: 1, udp: 1 });
  assert.deepEqual(state, before);
});

test('ids name services apart', () => {
  const ipv6 = keyOf('2001:db8::1');
  assert.deepEqual(
    [KEY, ipv6, { kind: 'mark', mark: 7, family: 4 } as const, { kind: 'mark', mark: 7, family: 6 } as const].map(
      serviceId,
    ),
    ['tcp 192.0.2.80:80', 'tcp [2001:db8::1]:80', 'mark 7', 'mark 7 ipv6'],
  );
});
