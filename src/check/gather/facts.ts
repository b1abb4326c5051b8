// SPDX-License-Identifier: Apache-2.0
/** Reads the facts of the network namespace that this process is in. Only asks; the neighbours it asks for are all it adds. */
import type { State } from '../../model/types.js';
import type { Facts, InterfaceFacts } from '../facts.js';
import { listServices, realAddresses } from '../services.js';
import { askIp, sysctl } from './command.js';
import { findDestination } from './destinations.js';
import type { Link } from './links.js';
import { askLinks, askOffloads, xdpOf } from './links.js';
import { findPeer } from './peers.js';

function setting(family: 4 | 6, device: string, name: string): number | undefined {
  return sysctl(`net/ipv${family}/conf/${device}/${name}`);
}

function isOn(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

/** As the kernel combines the two. */
function larger(name: string, device: string): number {
  return Math.max(setting(4, 'all', name) ?? 0, setting(4, device, name) ?? 0);
}

async function describe(link: Link, here: readonly Link[]): Promise<InterfaceFacts> {
  const { ifname: name } = link;
  const [offloads, peer] = await Promise.all([askOffloads(name), findPeer(link, here)]);
  return {
    name,
    up: link.flags.includes('UP'),
    mtu: link.mtu,
    kind: link.linkinfo?.info_kind,
    addresses: (link.addr_info ?? []).map(({ local }) => local).filter((local) => local !== undefined),
    xdp: xdpOf(link),
    offloads,
    peer,
    forwarding4: isOn(setting(4, name, 'forwarding')),
    forwarding6: isOn(setting(6, name, 'forwarding')),
    rpFilter: larger('rp_filter', name),
    arpIgnore: larger('arp_ignore', name),
  };
}

async function defaultDevices(family: 4 | 6): Promise<string[]> {
  const routes = await askIp<{ dev?: string; nexthops?: { dev: string }[] }>(`-${family}`, 'route', 'show', 'default');
  const names = routes.flatMap(({ dev, nexthops }) => [dev, ...(nexthops ?? []).map((hop) => hop.dev)]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

export async function gatherFacts(state: State): Promise<Facts> {
  const here = await askLinks();
  const servers = realAddresses(listServices(state));
  const [interfaces, destinations, ways4, ways6] = await Promise.all([
    Promise.all(here.map((link) => describe(link, here))),
    Promise.all(servers.map(async ({ address, family }) => [address, await findDestination(address, family)] as const)),
    defaultDevices(4),
    defaultDevices(6),
  ]);
  return {
    interfaces,
    destinations: Object.fromEntries(destinations),
    defaultRoutes: { 4: ways4, 6: ways6 },
    syncDaemons: Object.entries(state.syncDaemons ?? {}).map(([role, daemon]) => ({ role, ...daemon })),
  };
}
