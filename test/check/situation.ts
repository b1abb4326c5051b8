// SPDX-License-Identifier: Apache-2.0
/** A director on which all is well, to be broken one thing at a time. */
import type { Destination, Facts, InterfaceFacts } from '../../src/check/facts.js';
import type { Server, Service } from '../../src/check/services.js';

const WELL = { gro: true, lro: false, txChecksum: false };

export const ETH0: InterfaceFacts = {
  name: 'eth0',
  up: true,
  mtu: 1500,
  kind: undefined,
  addresses: ['192.0.2.2', '192.0.2.80', '2001:db8::80'],
  xdp: 'native',
  offloads: WELL,
  peer: undefined,
  forwarding4: true,
  forwarding6: true,
  rpFilter: 0,
  arpIgnore: 0,
};

export const ETH1: InterfaceFacts = { ...ETH0, name: 'eth1', addresses: ['10.0.0.254'] };

export const LO: InterfaceFacts = { ...ETH0, name: 'lo', mtu: 65536, addresses: ['127.0.0.1'], xdp: 'none' };

export const PEER = { name: 'veth7', namespace: 'client', offloads: WELL, hasXdp: false };

export const INSIDE: Destination = { device: 'eth1', nextHop: '10.0.0.1', isLocal: false, neighbour: 'REACHABLE' };

export const RS1: Server = { address: '10.0.0.1', family: 4, method: 'masquerade', weight: 1 };

export function web(...servers: readonly Server[]): Service {
  return { name: 'TCP 192.0.2.80:80', vip: '192.0.2.80', family: 4, servers };
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    interfaces: [LO, ETH0, ETH1],
    destinations: { '10.0.0.1': INSIDE },
    defaultRoutes: { 4: ['eth0'], 6: [] },
    syncDaemons: [],
    ...changes,
  };
}
