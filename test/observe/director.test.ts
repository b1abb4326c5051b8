// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { text } from 'node:stream/consumers';
import {
  REAL_SERVER_PORT_VARIES,
  REAL_SERVER_VIRTUAL_KNOWN,
  realServerCodec,
  serviceRecordCodec,
  settingsCodec,
  type RealServer as RealServerRecord,
} from '../../src/abi/generated.js';
import { compile, emptyImage, type Snapshot } from '../../src/image/index.js';
import type { ServiceKey, State, VirtualService } from '../../src/model/types.js';
import { directorOf, type PinnedMaps } from '../../src/observe/director.js';
import { findRealServerIn } from '../../src/observe/find_real_server.js';
import { metricsPage } from '../../src/observe/metrics.js';
import { BUILD, counts, ipv4, ipv6, observed, realServer } from './fake_source.js';

const HZ = 250;
const LOAD = { active: 0, inactive: 0, persistent: 0 };
const WEB: ServiceKey = { kind: 'address', protocol: 'tcp', address: ipv4(192, 0, 2, 80), port: 80 };
const RS1 = realServer(ipv4(10, 0, 0, 1), 80, { weight: 2 });
const RS2 = realServer(ipv4(10, 0, 0, 2), 80, { weight: 1 });

const EMPTY: Snapshot = {
  image: emptyImage(new Uint8Array(settingsCodec.size)),
  capacities: { services: 8, servers: 16, members: 32, levels: 64, slots: 128 },
  hz: HZ,
  cursor: () => ({ position: 0n, restarted: 0n }),
  overload: () => 0,
  marked: () => ({ packets: 0n, bytes: 0n }),
  load: () => LOAD,
  traffic: () => counts(0n),
  totalTraffic: () => counts(0n),
};

/** A director on which these services were added, and real server number n then opened n + 1 connections. */
function pinned(services: VirtualService[], more: Partial<PinnedMaps> = {}): PinnedMaps {
  const state: State = {
    services: new Map(services.map((service, index) => [String(index), service])),
    timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
  };
  const traffic = new BigUint64Array(2 * EMPTY.capacities.servers * 8);
  traffic[0] = 1n;
  traffic[(EMPTY.capacities.servers + 1) * 8] = 2n;
  return {
    snapshot: {
      ...EMPTY,
      image: compile(state, EMPTY),
      load: (server) => ({ ...LOAD, active: server + 1 }),
      traffic: (server) => ({ ...counts(0n), connections: BigInt(server + 1) }),
    },
    memory: {
      traffic: traffic.buffer,
      outcomes: new ArrayBuffer(2 * 64 * 8),
      estimates: estimates(1024n, 3072n),
      real_servers: new ArrayBuffer(EMPTY.capacities.servers * 64),
      service_records: new ArrayBuffer(EMPTY.capacities.services * serviceRecordCodec.size),
    },
    connections: () => new ArrayBuffer(128),
    call: () => undefined,
    connectionPieces: () => [new Uint8Array(128)],
    cpus: 2,
    jiffies: 100,
    beat: undefined,
    interfaces: [],
    ...more,
  };
}

/** Of the first numbers of real servers: connections in 1/1024 a second. */
function estimates(...connectionRates: bigint[]): ArrayBuffer {
  const words = new BigUint64Array(EMPTY.capacities.servers * 10);
  connectionRates.forEach((rate, number) => (words[number * 10 + 5] = rate));
  return words.buffer;
}

const { service: web } = observed(WEB, [RS1, LOAD], [RS2, LOAD]);

test('services are seen with their own counters and loads, real servers in the order of IPVS', () => {
  const director = directorOf(pinned([web]));
  const [seen, ...others] = [...director.services()];
  assert.deepEqual(others, []);
  assert.deepEqual(seen?.service, web);
  assert.equal(seen?.counts.connections, 3n);
  const realServers = seen?.realServers.map((server) => [
    server.realServer,
    server.load.active,
    server.counts.connections,
  ]);
  assert.deepEqual(new Set(realServers?.map(([, active]) => active)), new Set([1, 2]));
  for (const [, active, connections] of realServers ?? []) assert.equal(BigInt(active as number), connections);
  assert.deepEqual(
    realServers?.map(([server]) => server),
    [RS1, RS2],
  );
});

test('tables say how full they are', () => {
  const tables = [...directorOf(pinned([web])).tables()].map(({ table, entries, capacity }) => [
    table,
    entries,
    capacity,
  ]);
  assert.deepEqual(tables, [
    ['services', 1, 8],
    ['real_servers', 2, 16],
    ['members', 2, 32],
    ['schedule_levels', 2, 64],
    ['schedule_slots', 3, 128],
  ]);
});

test("the sweeper's age goes over the wrap of jiffies", () => {
  assert.equal(directorOf(pinned([])).sweeperAgeS(), undefined);
  assert.equal(directorOf(pinned([], { jiffies: 150, beat: 0xffff_ffff - 99 })).sweeperAgeS(), 1);
});

test('the page of a director that was compiled', async () => {
  const director = directorOf(pinned([web], { interfaces: [{ name: 'eth0', mode: 'generic' }] }));
  const page = await text(metricsPage({ build: BUILD, director: () => director }));
  assert.match(page, /^xdpvs_attached 1$/m);
  assert.match(page, /^xdpvs_real_server_weight\{.*real_address="10\.0\.0\.1",real_port="80"\} 2$/m);
  assert.match(page, /^node_ipvs_connections_total 3$/m);
  assert.match(page, /^xdpvs_table_entries\{table="connections"\} 0$/m);
});

test('a real server is found by its number, of either family, removed or not; what is free is not found', () => {
  const record = (more: Partial<RealServerRecord>): Uint8Array =>
    realServerCodec.encode({ ...realServerCodec.decode(new Uint8Array(64)), ...more });
  const fd02 = ipv6('fd020000 00000000 00000000 00000003').bytes;
  const records = [
    record({
      address: Uint8Array.from([10, 0, 0, 1, ...new Array<number>(12).fill(0)]),
      family: 4,
      protocol: 6,
      port: 80,
      flags: 1 | REAL_SERVER_VIRTUAL_KNOWN,
    }),
    record({
      address: fd02,
      family: 6,
      protocol: 0,
      service: 1,
      virtualPort: 5000,
      flags: 3 | REAL_SERVER_PORT_VARIES,
    }),
    record({ address: fd02, family: 6, port: 5000, flags: 0 }),
  ];
  const ofMark = serviceRecordCodec.decode(new Uint8Array(serviceRecordCodec.size));
  const services = [ofMark, { ...ofMark, key: { ...ofMark.key, mark: 7 } }].map((one) =>
    serviceRecordCodec.encode(one),
  );
  const memory = (list: readonly Uint8Array[]) => Uint8Array.from(list.flatMap((bytes) => [...bytes])).buffer;
  const find = findRealServerIn(memory(records), memory(services));
  const told = (number: number, isControlled: boolean) => {
    const place = find(number);
    return place && [place.address, place.portOf({ virtualPort: 8000, isControlled }), place.mark];
  };

  assert.deepEqual(told(0, false), [ipv4(10, 0, 0, 1), 80, 0]);
  assert.deepEqual(told(1, false), [ipv6('fd020000 00000000 00000000 00000003'), 5000, 7]);
  assert.deepEqual(told(1, true), [ipv6('fd020000 00000000 00000000 00000003'), 8000, 7]);
  assert.equal(find(2), undefined);
  assert.equal(find(3), undefined);
});

test('each CPU has its share of the totals, and rates are the sum of all real servers', () => {
  const director = directorOf(pinned([web]));
  assert.deepEqual(
    director.totalsByCpu().map(({ connections }) => connections),
    [1n, 2n],
  );
  assert.equal(director.totals().connections, 3n);
  assert.equal(director.rates().connections, 4);
  assert.deepEqual([...director.listConnections()], []);
});
