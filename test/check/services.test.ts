// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { listServices } from '../../src/check/services.js';
import type { RealServer, State, VirtualService } from '../../src/model/types.js';

const v4 = (...bytes: number[]) => ({ family: 4 as const, bytes: Uint8Array.from(bytes) });

const SERVER: RealServer = {
  address: v4(10, 0, 0, 1),
  port: 80,
  method: 'tunnel',
  tunnel: { type: 'ipip', port: 0, checksum: 'none' },
  weight: 3,
  upperThreshold: 0,
  lowerThreshold: 0,
};

const SERVICE: Omit<VirtualService, 'key'> = {
  scheduler: 'rr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  onePacket: false,
  persistence: undefined,
  realServers: [SERVER],
};

test('a state reads as its services, marks without an address', () => {
  const state: State = {
    services: new Map<string, VirtualService>([
      ['a', { ...SERVICE, key: { kind: 'address', protocol: 'udp', address: v4(192, 0, 2, 80), port: 53 } }],
      ['b', { ...SERVICE, key: { kind: 'mark', mark: 7, family: 6 } }],
    ]),
    timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
  };
  const servers = [{ address: '10.0.0.1', family: 4, method: 'tunnel', weight: 3 }];
  assert.deepEqual(listServices(state), [
    { name: 'UDP 192.0.2.80:53', vip: '192.0.2.80', family: 4, servers },
    { name: 'FWM 7', vip: undefined, family: 6, servers, mark: { number: 7, isGiven: false } },
  ]);
});

test('a mark is given by a rule of its family whose value it may have', () => {
  const rule = {
    source: undefined,
    destination: undefined,
    protocol: undefined,
    interface: undefined,
    sourcePorts: undefined,
  };
  const isGiven = (value: number, mask: number, family?: 4 | 6) => {
    const marks = [{ ...rule, destinationPorts: undefined, value, mask, family }];
    const services = new Map([['b', { ...SERVICE, key: { kind: 'mark', mark: 7, family: 6 } as const }]]);
    return listServices({ services, timeouts: { tcp: 900, tcpFin: 120, udp: 300 }, marks })[0]?.mark?.isGiven;
  };
  const whole = 0xffffffff;
  assert.deepEqual(
    [isGiven(7, whole), isGiven(7, whole, 6), isGiven(7, whole, 4), isGiven(8, whole)],
    [true, true, false, false],
  );
  assert.deepEqual([isGiven(3, 3), isGiven(2, 3), isGiven(7, 0)], [true, false, false]);
});

test('a persistence engine is told with the words that edit its service', () => {
  const sip = { ...SERVICE, persistenceEngine: 'sip' };
  const persistence = { timeoutS: 60, mask: 0xffffffff };
  const services = new Map<string, VirtualService>([
    ['a', { ...sip, key: { kind: 'address', protocol: 'sctp', address: v4(192, 0, 2, 80), port: 5060 } }],
    ['b', { ...sip, persistence, key: { kind: 'mark', mark: 7, family: 6 } }],
  ]);
  const told = listServices({ services, timeouts: { tcp: 900, tcpFin: 120, udp: 300 } }).map(({ engine }) => engine);
  assert.deepEqual(told, [
    { options: '--sctp-service 192.0.2.80:5060 -s rr', protocol: 'sctp', persistence: undefined },
    { options: '-f 7 -6 -s rr', protocol: 'any', persistence: 60 },
  ]);
});
