// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsCodec } from '../../src/abi/generated.js';
import { serviceId } from '../../src/model/service_id.js';
import type { Address, RealServer, ServiceKey, State, Timeouts, VirtualService } from '../../src/model/types.js';
import * as commands from './commands.js';
import { Director, HZ } from './director.js';
import { Random } from './random.js';

function randomAddress(random: Random): Address {
  const family = random.pick([4, 6] as const);
  return { family, bytes: Uint8Array.from({ length: family === 4 ? 4 : 16 }, () => random.below(256)) };
}

function randomKey(random: Random): ServiceKey {
  if (random.below(4) === 0) {
    return { kind: 'mark', mark: 1 + random.below(0xffffffff), family: random.pick([4, 6] as const) };
  }
  const protocol = random.pick(['tcp', 'udp', 'sctp'] as const);
  return { kind: 'address', protocol, address: randomAddress(random), port: random.below(65536) };
}

function randomServer(random: Random): RealServer {
  return {
    address: randomAddress(random),
    port: random.below(65536),
    method: random.pick(['masquerade', 'direct-route', 'tunnel'] as const),
    tunnel: {
      type: random.pick(['ipip', 'gue', 'gre'] as const),
      port: random.below(65536),
      checksum: random.pick(['none', 'outer', 'remote'] as const),
    },
    weight: random.pick([0, 1, 65536, 2_147_483_647]),
    upperThreshold: random.below(0xffffffff),
    lowerThreshold: random.below(0xffffffff),
  };
}

function randomService(random: Random): VirtualService {
  const flag = () => random.below(2) === 0;
  const mask = random.pick([0xffffffff, 0xffffff00, 64, 1]);
  return {
    key: randomKey(random),
    scheduler: random.pick(['rr', 'wrr'] as const),
    schedulerFlags: { flag1: flag(), flag2: flag(), flag3: flag() },
    onePacket: flag(),
    persistence: flag() ? { timeoutS: 1 + random.below(86400), mask } : undefined,
    ...(flag() && { persistenceEngine: 'sip' }),
    realServers: Array.from({ length: random.below(5) }, () => randomServer(random)),
  };
}

function randomState(random: Random): State {
  const services = Array.from({ length: random.below(8) }, () => randomService(random));
  const timeouts: Timeouts = {
    tcp: 1 + random.below(90000),
    tcpFin: 1 + random.below(9000),
    udp: 1 + random.below(900),
  };
  return { services: new Map(services.map((service) => [serviceId(service.key), service])), timeouts };
}

test('what is compiled is decompiled, whatever the maps held before', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = new Random(seed);
    const director = new Director();
    for (let count = 0; count < 3; count++) {
      const state = randomState(random);
      director.run(() => state);
      assert.deepEqual(director.state, state, `seed ${seed}`);
      assert.deepEqual(director.plan(() => structuredClone(state), false).filter(isOfServices), []);
    }
  }
});

function isOfServices({ map }: { readonly map: string }): boolean {
  return map === 'services';
}

test('services keep the order in which they were added, though numbers are used again', () => {
  const director = new Director();
  const [one, two, three] = [1, 2, 3].map((port) => commands.tcp(`192.0.2.1:${port}`)) as [
    ServiceKey,
    ServiceKey,
    ServiceKey,
  ];
  director.run(commands.addService(one, 'rr'));
  director.run(commands.addService(two, 'rr'));
  director.run(commands.deleteService(one));
  director.run((state) => state);
  director.run(commands.addService(three, 'rr'));
  director.run(commands.addService(one, 'rr'));

  assert.equal(director.value(three)!.number, 0);
  assert.deepEqual([...director.state.services.keys()], [two, three, one].map(serviceId));
});

test('timeouts are jiffies of three states; the other states keep theirs', () => {
  const director = new Director();
  const before = settingsCodec.decode(director.settings).timeout;
  director.run((state) => ({ ...state, timeouts: { tcp: 900, tcpFin: 120, udp: 300 } }));

  const expected = before
    .with(1, 900 * HZ)
    .with(4, 120 * HZ)
    .with(11, 300 * HZ);
  assert.deepEqual(settingsCodec.decode(director.settings).timeout, expected);
});

test('the image is read from arrays whose unused entries hold anything', () => {
  const director = new Director();
  director.arrays.members.fill(0xaa);
  director.arrays.schedule_levels.fill(0xaa);
  director.arrays.schedule_slots.fill(0xaa);
  director.arrays.server_records.fill(0xaa);
  const key = commands.tcp('192.0.2.1:80');
  director.run(commands.addService(key, 'rr'));
  director.run(commands.addServer(key, commands.server('10.0.0.1:80')));

  assert.equal(director.image.arrays.members.size, 1);
  assert.equal(director.pick(key), 1);
});

test('sync daemons are read as they were written, each in its place, and are gone when stopped', () => {
  const director = new Director();
  const daemon = { interface: 'eth0', syncId: 255, maxLength: 65507, port: 65535, ttl: 1 };
  const master = { ...daemon, group: { family: 4 as const, bytes: Uint8Array.of(224, 0, 0, 81) } };
  const group = Uint8Array.from({ length: 16 }, (_, index) => 0xff - index);
  const backup = { ...daemon, interface: 'a234567890bcdef', group: { family: 6 as const, bytes: group } };
  for (const syncDaemons of [{ backup }, { master, backup }, { master }]) {
    director.run((state) => ({ ...state, syncDaemons }));
    assert.deepEqual(director.state.syncDaemons, syncDaemons);
    director.run((state) => state);
    assert.deepEqual(director.state.syncDaemons, syncDaemons);
  }
  director.run(({ syncDaemons: _, ...state }) => state);
  assert.equal('syncDaemons' in director.state, false);
});
