// SPDX-License-Identifier: Apache-2.0
/** The networks of the second part: client, director and server in a row, one for each way to balance. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Host } from '../../test/support/host.js';
import type { Laboratory, Lifetime } from '../../test/support/hosts.js';
import { buildHosts } from '../../test/support/hosts.js';
import { attempt, must } from '../../test/support/shell.js';
import type { Kind } from './ends.js';

export const VIP = '203.0.113.1';
export const SERVERS = Array.from({ length: 8 }, (_, index) => `10.1.0.${index + 1}`);
const [CLIENT, NEAR, FAR] = ['198.18.0.1', '198.18.0.254', '10.1.0.254'];

/** How the director balances. */
export type Way = 'none' | 'forwarding' | 'nftables' | 'nat' | 'dr' | 'tun' | 'haproxy' | 'nginx';

export const WAY_LABELS: Readonly<Record<Way, string>> = {
  none: 'no director',
  forwarding: 'kernel forwarding',
  nftables: 'nftables, DNAT by numgen',
  nat: 'xdpvs, NAT',
  dr: 'xdpvs, DR',
  tun: 'xdpvs, TUN',
  haproxy: 'HAProxy, mode tcp',
  nginx: 'nginx stream',
};

export const XDPVS_WAYS = ['nat', 'dr', 'tun'] as const;

/** Plain, so that it can be told to another process. */
export interface Site {
  readonly way: Way;
  readonly kind: Kind;
  readonly prefix: string;
  readonly scratch: string;
  /** Where packets go: an address, and the MAC of the client's neighbour. */
  readonly address: string;
  readonly stationMac: string;
  readonly clientMac: string;
  /** A BPF file system. */
  readonly pins: string;
}

export function buildSite(lifetime: Lifetime, way: Way, kind: Kind): { site: Site; laboratory: Laboratory } {
  const laboratory = buildHosts(lifetime, diagram(way));
  const pins = mountPins(lifetime, laboratory.scratch);
  const [client, server] = [laboratory.host('client'), laboratory.host('server')];
  for (const address of SERVERS) server.ip('addr', 'add', `${address}/16`, 'dev', 'eth0');
  server.ip('route', 'add', 'default', 'via', way === 'none' ? CLIENT : FAR, 'onlink', 'dev', 'eth0');
  const station = way === 'none' ? server : laboratory.host('director');
  client.ip('route', 'add', 'default', 'via', NEAR, 'onlink', 'dev', 'eth0');
  if (way === 'none') client.ip('neigh', 'add', NEAR, 'lladdr', server.mac('eth0'), 'dev', 'eth0', 'nud', 'permanent');
  if (way === 'none')
    server.ip('neigh', 'add', CLIENT, 'lladdr', client.mac('eth0'), 'dev', 'eth0', 'nud', 'permanent');
  else joinDirector(station, client, server);
  const address = way === 'none' || way === 'forwarding' ? SERVERS[0]! : VIP;
  const macs = { stationMac: station.mac('eth0'), clientMac: client.mac('eth0') };
  return {
    laboratory,
    site: { way, kind, prefix: laboratory.prefix, scratch: laboratory.scratch, address, pins, ...macs },
  };
}

function diagram(way: Way) {
  const client = [`${CLIENT}/24`];
  if (way === 'none') return { straight: { client, server: [] } };
  return { near: { client, director: [`${NEAR}/24`] }, far: { director: [`${FAR}/16`], server: [] } };
}

/** Everybody is known, so that nothing but packets is measured. The clients' many addresses are behind the one client. */
function joinDirector(director: Host, client: Host, server: Host): void {
  director.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.all.rp_filter': 0, 'net.ipv4.conf.default.rp_filter': 0 });
  director.ip('addr', 'add', `${VIP}/32`, 'dev', 'lo');
  director.ip('route', 'add', '10.64.0.0/10', 'via', CLIENT);
  const know = (host: Host, address: string, mac: string, device: string) =>
    host.ip('neigh', 'add', address, 'lladdr', mac, 'dev', device, 'nud', 'permanent');
  know(director, CLIENT, client.mac('eth0'), 'eth0');
  for (const address of SERVERS) know(director, address, server.mac('eth0'), 'eth1');
  know(client, NEAR, director.mac('eth0'), 'eth0');
  know(server, FAR, director.mac('eth1'), 'eth0');
}

function mountPins(lifetime: Lifetime, scratch: string): string {
  const folder = join(scratch, 'bpf');
  mkdirSync(folder);
  must('mount', '-t', 'bpf', 'bench', folder);
  lifetime.after(() => attempt('umount', folder));
  return folder;
}
