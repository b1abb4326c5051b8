// SPDX-License-Identifier: Apache-2.0
/** The ground a director under test stands on: a network namespace of this process, with a route and neighbours to ask for. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { addon } from '../../../src/kernel/addon.js';
import { attempt, must } from '../shell.js';

/** What a host is called on its segment. */
export const MAC = {
  /** The director's, towards clients. */
  lan: '02:00:00:00:01:fe',
  /** The director's, towards real servers. */
  farm: '02:00:00:00:02:fe',
  client: '02:00:00:00:01:02',
  otherClient: '02:00:00:00:01:03',
  /** A real server on the clients' segment. */
  neighbour: '02:00:00:00:01:11',
} as const;

/** The last byte of a real server's addresses, 192.168.1.N and fd02::N. */
export function serverMac(number: number): string {
  return `02:00:00:00:02:${number.toString(16).padStart(2, '0')}`;
}

const SERVERS = 11;

function setUpCommands(): string[] {
  const neighbour = (address: string, mac: string, device: string): string =>
    `neigh add ${address} lladdr ${mac} dev ${device} nud permanent`;
  const servers = Array.from({ length: SERVERS }, (_, index) => index + 1).flatMap((number) => [
    neighbour(`192.168.1.${number}`, serverMac(number), 'farm'),
    neighbour(`fd02::${number}`, serverMac(number), 'farm'),
  ]);
  return [
    'link set lo up',
    `link add lan address ${MAC.lan} type veth peer name lan-peer`,
    `link add farm address ${MAC.farm} type veth peer name farm-peer`,
    ...['lan', 'lan-peer', 'farm', 'farm-peer'].map((name) => `link set ${name} up`),
    'addr add 10.1.0.1/24 dev lan',
    'addr add fd01::1/64 dev lan nodad',
    'addr add 192.168.1.254/24 dev farm',
    'addr add fd02::254/64 dev farm nodad',
    neighbour('10.1.0.2', MAC.client, 'lan'),
    neighbour('fd01::2', MAC.client, 'lan'),
    neighbour('10.1.0.3', MAC.otherClient, 'lan'),
    neighbour('fd01::3', MAC.otherClient, 'lan'),
    neighbour('10.1.0.11', MAC.neighbour, 'lan'),
    neighbour('fd01::11', MAC.neighbour, 'lan'),
    ...servers,
  ];
}

export interface Ground {
  /** ifindexes */
  readonly lan: number;
  readonly farm: number;
}

let made = 0;

/**
 * Puts this thread into a new network namespace. Its name is taken off again at once, so the kernel removes it with the
 * process, however that ends.
 */
export function enterGround(): Ground {
  const name = `xt${process.pid}n${++made}-ground`;
  must('ip', 'netns', 'add', name);
  try {
    addon.enterNetns(`/run/netns/${name}`);
  } finally {
    attempt('ip', 'netns', 'del', name);
  }
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  writeFileSync('/proc/sys/net/ipv6/conf/all/forwarding', '1');
  batch(setUpCommands());
  return { lan: addon.ifNameToIndex('lan'), farm: addon.ifNameToIndex('farm') };
}

/** Lines of iproute2's, in the ground. */
export function batch(lines: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], { input: lines.join('\n'), stdio: ['pipe', 'ignore', 'pipe'] });
}
