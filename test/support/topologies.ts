// SPDX-License-Identifier: Apache-2.0
/** The three networks of LVS's textbook, both address families, with nginx on the real servers. */
import type { Host } from './host.js';
import type { Laboratory, Lifetime } from './hosts.js';
import { buildHosts } from './hosts.js';
import type { Prefix } from './namespaces.js';

export interface Textbook {
  readonly laboratory: Laboratory;
  readonly client: Host;
  readonly director: Host;
  readonly rs1: Host;
  readonly rs2: Host;
  readonly vip4: string;
  readonly vip6: string;
}

const VIP4 = '172.16.100.100';
const VIP6 = 'fd00:100::100';

function textbook(laboratory: Laboratory): Textbook {
  const [client, director, rs1, rs2] = ['client', 'director', 'rs1', 'rs2'].map((name) => laboratory.host(name)) as [
    Host,
    Host,
    Host,
    Host,
  ];
  director.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  director.ip('addr', 'add', `${VIP4}/32`, 'dev', 'eth0');
  director.ip('addr', 'add', `${VIP6}/128`, 'dev', 'eth0', 'nodad');
  return { laboratory, client, director, rs1, rs2, vip4: VIP4, vip6: VIP6 };
}

async function serve(one: Host, oneAddress: string, two: Host, twoAddress: string): Promise<void> {
  await Promise.all([one.serveHttp(`RS1 ${oneAddress}`), two.serveHttp(`RS2 ${twoAddress}`)]);
}

function gateway(host: Host, v4: string, v6: string): void {
  host.ip('route', 'add', 'default', 'via', v4);
  host.ip('route', 'add', 'default', 'via', v6);
}

/** client - 172.16.100.0/24 - director - 192.168.25.0/24 - rs1, rs2: two arms, the director is the servers' gateway. */
export async function natHosts(lifetime: Lifetime, prefix?: Prefix): Promise<Textbook> {
  const laboratory = buildHosts(
    lifetime,
    {
      outside: {
        client: ['172.16.100.1/24', 'fd00:100::1/64'],
        director: ['172.16.100.2/24', 'fd00:100::2/64'],
      },
      inside: {
        director: ['192.168.25.254/24', 'fd00:25::fe/64'],
        rs1: ['192.168.25.1/24', 'fd00:25::1/64'],
        rs2: ['192.168.25.2/24', 'fd00:25::2/64'],
      },
    },
    prefix,
  );
  const hosts = textbook(laboratory);
  for (const server of [hosts.rs1, hosts.rs2]) gateway(server, '192.168.25.254', 'fd00:25::fe');
  await serve(hosts.rs1, '192.168.25.1', hosts.rs2, '192.168.25.2');
  return hosts;
}

/** client, director, rs1 and rs2 on one segment, 172.16.100.0/24: one arm. */
export async function directRoutingHosts(lifetime: Lifetime, prefix?: Prefix): Promise<Textbook> {
  const laboratory = buildHosts(
    lifetime,
    {
      lan: {
        client: ['172.16.100.1/24', 'fd00:100::1/64'],
        director: ['172.16.100.2/24', 'fd00:100::2/64'],
        rs1: ['172.16.100.11/24', 'fd00:100::11/64'],
        rs2: ['172.16.100.12/24', 'fd00:100::12/64'],
      },
    },
    prefix,
  );
  const hosts = textbook(laboratory);
  await serve(hosts.rs1, '172.16.100.11', hosts.rs2, '172.16.100.12');
  return hosts;
}

/** client and director on 172.16.100.0/24; rs1 and rs2 on 192.168.25.0/24, behind a router: one arm. */
export async function tunnelHosts(lifetime: Lifetime, prefix?: Prefix): Promise<Textbook> {
  const laboratory = buildHosts(
    lifetime,
    {
      lan: {
        client: ['172.16.100.1/24', 'fd00:100::1/64'],
        director: ['172.16.100.2/24', 'fd00:100::2/64'],
        router: ['172.16.100.254/24', 'fd00:100::fe/64'],
      },
      far: {
        router: ['192.168.25.254/24', 'fd00:25::fe/64'],
        rs1: ['192.168.25.1/24', 'fd00:25::1/64'],
        rs2: ['192.168.25.2/24', 'fd00:25::2/64'],
      },
    },
    prefix,
  );
  const hosts = textbook(laboratory);
  laboratory.host('router').sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  for (const near of [hosts.client, hosts.director]) gateway(near, '172.16.100.254', 'fd00:100::fe');
  for (const server of [hosts.rs1, hosts.rs2]) gateway(server, '192.168.25.254', 'fd00:25::fe');
  await serve(hosts.rs1, '192.168.25.1', hosts.rs2, '192.168.25.2');
  return hosts;
}

/** As natHosts, but one cable: both networks are on the director's only interface. */
export async function oneArmedNatHosts(lifetime: Lifetime): Promise<Textbook> {
  const laboratory = buildHosts(lifetime, {
    lan: {
      client: ['172.16.100.1/24', 'fd00:100::1/64'],
      director: ['172.16.100.2/24', 'fd00:100::2/64', '192.168.25.254/24', 'fd00:25::fe/64'],
      rs1: ['192.168.25.1/24', 'fd00:25::1/64'],
      rs2: ['192.168.25.2/24', 'fd00:25::2/64'],
    },
  });
  const hosts = textbook(laboratory);
  for (const server of [hosts.rs1, hosts.rs2]) gateway(server, '192.168.25.254', 'fd00:25::fe');
  await serve(hosts.rs1, '192.168.25.1', hosts.rs2, '192.168.25.2');
  return hosts;
}

/** Direct routing out of another arm than clients come in by; real servers answer through a router beside the director. */
export async function twoArmedDirectRoutingHosts(lifetime: Lifetime): Promise<Textbook> {
  const laboratory = buildHosts(lifetime, {
    outside: {
      client: ['172.16.100.1/24', 'fd00:100::1/64'],
      director: ['172.16.100.2/24', 'fd00:100::2/64'],
      router: ['172.16.100.254/24', 'fd00:100::fe/64'],
    },
    inside: {
      director: ['192.168.25.253/24', 'fd00:25::fd/64'],
      router: ['192.168.25.254/24', 'fd00:25::fe/64'],
      rs1: ['192.168.25.1/24', 'fd00:25::1/64'],
      rs2: ['192.168.25.2/24', 'fd00:25::2/64'],
    },
  });
  const hosts = textbook(laboratory);
  laboratory.host('router').sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  for (const server of [hosts.rs1, hosts.rs2]) gateway(server, '192.168.25.254', 'fd00:25::fe');
  await serve(hosts.rs1, '192.168.25.1', hosts.rs2, '192.168.25.2');
  return hosts;
}
