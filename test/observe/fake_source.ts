// SPDX-License-Identifier: Apache-2.0
/** A director without a kernel: what the maps would say, said by hand. */
import type { Address, RealServer, ServiceKey, VirtualService } from '../../src/model/types.js';
import { EMPTY_STATE } from '../../src/model/state.js';
import type { Counts, Director, Load, ObservedService, Source } from '../../src/observe/source.js';

export const BUILD = { version: '1.2.3', layout: '00c0ffee00c0ffee' };

export function fakeSource(director: Partial<Director> | undefined): Source {
  return { build: BUILD, director: () => (director ? { ...EMPTY_DIRECTOR, ...director } : undefined) };
}

const EMPTY_DIRECTOR: Director = {
  clock: () => ({ jiffies: 0, hz: 250 }),
  state: () => EMPTY_STATE,
  services: () => [],
  connections: () => [],
  listConnections: () => [],
  outcomes: () => [],
  totals: () => counts(0n),
  totalsSinceZero: () => counts(0n),
  totalsByCpu: () => [],
  rates: () => ({ connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 }),
  tables: () => [],
  interfaces: () => [],
  sweeperAgeS: () => undefined,
};

/** Five numbers in a row, so that none can stand for another. */
export function counts(connections: bigint): Counts {
  return {
    connections,
    inPackets: connections + 1n,
    outPackets: connections + 2n,
    inBytes: connections + 3n,
    outBytes: connections + 4n,
  };
}

export function ipv4(...bytes: [number, number, number, number]): Address {
  return { family: 4, bytes: Uint8Array.from(bytes) };
}

/** The 16 bytes as hexadecimal digits; spaces do not count. */
export function ipv6(hex: string): Address {
  return { family: 6, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')) };
}

export function realServer(address: Address, port: number, more: Partial<RealServer> = {}): RealServer {
  const tunnel = { type: 'ipip', port: 0, checksum: 'none' } as const;
  const thresholds = { upperThreshold: 0, lowerThreshold: 0 };
  return { address, port, method: 'direct-route', tunnel, weight: 1, ...thresholds, ...more };
}

/** Each real server with its load; counts are 10 for the service, then 20, 30 … for its real servers. */
export function observed(key: ServiceKey, ...servers: readonly (readonly [RealServer, Load])[]): ObservedService {
  const service: VirtualService = {
    key,
    scheduler: 'wrr',
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    onePacket: false,
    persistence: undefined,
    realServers: servers.map(([server]) => server),
  };
  const realServers = servers.map(([server, load], index) => ({
    realServer: server,
    load,
    counts: counts(BigInt(20 + 10 * index)),
  }));
  return { service, counts: counts(10n), realServers };
}
