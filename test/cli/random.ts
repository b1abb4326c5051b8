// SPDX-License-Identifier: Apache-2.0
/** Random services and real servers, the same again for the same seed. */
import type {
  Address,
  ForwardingMethod,
  Persistence,
  Protocol,
  RealServer,
  SchedulerFlags,
  ServiceKey,
  Tunnel,
  VirtualService,
} from '../../src/model/types.js';
import { NO_SCHEDULER_FLAGS } from '../../src/cli/ipvsadm/scheduler_flags.js';

export type Random = (bound: number) => number;

/** xorshift32; `seed` is not 0. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random(items.length)] as Item;
}

export function randomService(random: Random): VirtualService {
  const key = randomKey(random);
  const scheduler = pick(random, ['rr', 'wrr', 'wlc', 'sh', 'mh'] as const);
  const persistence = random(3) === 0 ? randomPersistence(random, familyOf(key)) : undefined;
  const isUdp = key.kind === 'mark' || key.protocol === 'udp';
  return {
    key: key.kind === 'address' && key.port === 0 && !persistence ? { ...key, port: 80 } : key,
    scheduler,
    schedulerFlags: random(3) === 0 ? randomFlags(random, scheduler) : NO_SCHEDULER_FLAGS,
    onePacket: isUdp && random(4) === 0,
    persistence,
    ...(random(5) === 0 ? { persistenceEngine: 'sip' } : {}),
    realServers: [],
  };
}

function randomKey(random: Random): ServiceKey {
  // Beyond 2147483647 ipvsadm writes marks that it does not read.
  if (random(5) === 0) return { kind: 'mark', mark: 1 + random(0x7fffffff), family: pick(random, [4, 6]) };
  const protocol = pick<Protocol>(random, ['tcp', 'udp', 'sctp']);
  return { kind: 'address', protocol, address: randomAddress(random, pick(random, [4, 6])), port: random(3) * 4443 };
}

function randomAddress(random: Random, family: 4 | 6): Address {
  const start = family === 4 ? [10, 0] : [0x20, 0x01, 0x0d, 0xb8];
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  bytes.set(start);
  for (let index = start.length; index < bytes.length; index++) bytes[index] = random(2) * random(256);
  return { family, bytes };
}

/** A scheduler with names of its own for flags has none for the third. */
function randomFlags(random: Random, scheduler: string): SchedulerFlags {
  const hasThird = scheduler !== 'sh' && scheduler !== 'mh';
  return { flag1: random(2) === 0, flag2: random(2) === 0, flag3: hasThird && random(2) === 0 };
}

function randomPersistence(random: Random, family: 4 | 6): Persistence {
  const mask = family === 4 ? pick(random, [0xffffffff, 0xffffff00, 0]) : pick(random, [128, 64, 1]);
  return { timeoutS: 1 + random(2678400), mask };
}

export function familyOf(key: ServiceKey): 4 | 6 {
  return key.kind === 'mark' ? key.family : key.address.family;
}

export function randomServer(random: Random, key: ServiceKey): RealServer {
  const method = pick<ForwardingMethod>(random, ['masquerade', 'direct-route', 'tunnel']);
  const family = method === 'tunnel' ? pick(random, [4, 6] as const) : familyOf(key);
  const hasPort = method === 'masquerade' || key.kind === 'mark';
  return {
    address: randomAddress(random, family),
    port: hasPort ? random(65536) : key.port,
    method,
    tunnel: method === 'tunnel' ? randomTunnel(random) : { type: 'ipip', port: 0, checksum: 'none' },
    weight: random(2) * random(2147483648),
    upperThreshold: 0,
    lowerThreshold: 0,
  };
}

function randomTunnel(random: Random): Tunnel {
  switch (random(3)) {
    case 0:
      return { type: 'gue', port: 1 + random(65535), checksum: pick(random, ['none', 'outer', 'remote']) };
    case 1:
      return { type: 'gre', port: 0, checksum: pick(random, ['none', 'outer']) };
    default:
      return { type: 'ipip', port: 0, checksum: 'none' };
  }
}
