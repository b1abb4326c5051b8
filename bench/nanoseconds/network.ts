// SPDX-License-Identifier: Apache-2.0
/**
 * The network that the kernel's FIB is asked about: a director with one arm (frames go back by XDP_TX, as on a NIC) and a
 * second one, neighbours permanent. No packet ever leaves it: programs only run under BPF_PROG_TEST_RUN.
 */
import { addon } from '../../src/kernel/addon.js';
import type { Host } from '../../test/support/host.js';
import type { Lifetime } from '../../test/support/hosts.js';
import { buildHosts } from '../../test/support/hosts.js';

export const ROUTER_MAC = '02:00:00:00:00:01';
export const FAR_ROUTER_MAC = '02:00:00:00:00:02';

export const ADDRESSES = { own: '192.0.2.1', own6: '2001:db8:0:1::1', farOwn: '203.0.113.1' } as const;

export interface Network {
  readonly ifindex: number;
  readonly farIfindex: number;
}

/** The director. Real servers: 10.1.0.0/16, 10.2.0.0/16 (by the second arm), 2001:db8:1::/64. */
export function buildNetwork(lifetime: Lifetime): Host {
  const laboratory = buildHosts(lifetime, {
    near: { director: [`${ADDRESSES.own}/24`, `${ADDRESSES.own6}/64`], router: [] },
    far: { director: [`${ADDRESSES.farOwn}/24`], farrouter: [] },
  });
  const director = laboratory.host('director');
  director.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  const neighbour = (address: string, mac: string, device: string) =>
    director.ip('neigh', 'add', address, 'lladdr', mac, 'dev', device, 'nud', 'permanent');
  neighbour('192.0.2.254', ROUTER_MAC, 'eth0');
  neighbour('2001:db8:0:1::fe', ROUTER_MAC, 'eth0');
  neighbour('203.0.113.254', FAR_ROUTER_MAC, 'eth1');
  director.ip('route', 'add', 'default', 'via', '192.0.2.254');
  director.ip('route', 'add', '10.2.0.0/16', 'via', '203.0.113.254');
  director.ip('route', 'add', 'default', 'via', '2001:db8:0:1::fe');
  return director;
}

/** To be asked on the director itself. */
export function findNetwork(): Network {
  return { ifindex: addon.ifNameToIndex('eth0'), farIfindex: addon.ifNameToIndex('eth1') };
}
