// SPDX-License-Identifier: Apache-2.0
/** The kernel's own decapsulation: fallback tunnel devices, which take packets from any sender once they are up. */
import { execFileSync } from 'node:child_process';

import { addAddress, hasAddress, removeAddress } from './addresses.js';
import { ip, links } from './ip.js';
import type { Numbered, TunnelType, Vip } from './memory.js';

interface TunnelDevice {
  readonly name: string;
  readonly module: string;
  /** GUE leaves its packets to the device that takes off ipip. */
  readonly types: readonly TunnelType[];
  /** Family of the packets inside. */
  readonly inner: 4 | 6;
  /** The usual one for that family; the other is for real servers of the other family. */
  readonly usual: boolean;
}

const IPIP: readonly TunnelType[] = ['ipip', 'gue'];
const GRE: readonly TunnelType[] = ['gre'];

/** ip6tnl0 takes IPv6 out of IPv6, and IPv4 as well once its mode is `any`. */
const DEVICES: readonly TunnelDevice[] = [
  { name: 'tunl0', module: 'ipip', types: IPIP, inner: 4, usual: true },
  { name: 'ip6tnl0', module: 'ip6_tunnel', types: IPIP, inner: 4, usual: false },
  { name: 'ip6tnl0', module: 'ip6_tunnel', types: IPIP, inner: 6, usual: true },
  { name: 'sit0', module: 'sit', types: IPIP, inner: 6, usual: false },
  { name: 'gre0', module: 'ip_gre', types: GRE, inner: 4, usual: true },
  { name: 'gre0', module: 'ip_gre', types: GRE, inner: 6, usual: false },
  { name: 'ip6gre0', module: 'ip6_gre', types: GRE, inner: 4, usual: false },
  { name: 'ip6gre0', module: 'ip6_gre', types: GRE, inner: 6, usual: true },
];

/** Where packets come out. */
export const TUNNEL_DEVICES: readonly string[] = [...new Set(DEVICES.map(({ name }) => name))];

function exists(name: string): boolean {
  return links().some(({ ifname }) => ifname === name);
}

/** Loading the module makes the device, in every network namespace. */
function summon({ name, module }: TunnelDevice): boolean {
  if (exists(name)) return true;
  try {
    execFileSync('modprobe', ['-q', module], { stdio: 'ignore' });
  } catch {
    return false; // no such module, or no modprobe
  }
  return exists(name);
}

/** Devices for virtual addresses of these families; undefined when the kernel lacks a usual one. */
export function findTunnelDevices(families: ReadonlySet<4 | 6>, type: TunnelType): string[] | undefined {
  const found = new Set<string>();
  for (const device of DEVICES.filter(({ inner, types }) => families.has(inner) && types.includes(type))) {
    if (summon(device)) found.add(device.name);
    else if (device.usual) return undefined;
  }
  return [...found];
}

/** Those of them that are down. */
export function downDevices(names: readonly string[]): string[] {
  return links()
    .filter(({ ifname, flags }) => names.includes(ifname) && !flags.includes('UP'))
    .map(({ ifname }) => ifname);
}

export function raise(name: string): void {
  ip('link', 'set', name, 'up');
}

export function lower(name: string): void {
  if (exists(name)) ip('link', 'set', name, 'down');
}

/** What ip6tnl0 takes off now, if that is to change for IPv4 packets. */
export function narrowMode(devices: readonly string[], families: ReadonlySet<4 | 6>): string | undefined {
  if (!devices.includes('ip6tnl0') || !families.has(4)) return undefined;
  const [link] = JSON.parse(ip('-j', '-d', 'link', 'show', 'ip6tnl0')) as {
    linkinfo?: { info_data?: { proto?: string } };
  }[];
  const mode = link?.linkinfo?.info_data?.proto;
  return mode === 'any' ? undefined : mode;
}

export function setMode(mode: string): void {
  if (exists('ip6tnl0')) ip('-6', 'tunnel', 'change', 'ip6tnl0', 'mode', mode);
}

/**
 * Which addresses the devices are to have. On a device without any IPv4 address the kernel takes even loose reverse
 * path filtering for strict (last_resort in net/ipv4/fib_frontend.c), so tunnelled packets would be dropped.
 */
export function missingNumbers(devices: readonly string[], vips: readonly Vip[]): Numbered[] {
  const carriers = devices.filter((name) => DEVICES.some((device) => device.name === name && device.inner === 4));
  const ipv4 = vips.filter(({ family }) => family === 4);
  return carriers.flatMap((device) =>
    ipv4.filter((vip) => !hasAddress(device, vip)).map(({ text }) => ({ device, vip: text })),
  );
}

export function number({ device, vip }: Numbered): void {
  addAddress(device, { text: vip, family: 4 });
}

export function unnumber({ device, vip }: Numbered): void {
  removeAddress(device, { text: vip, family: 4 });
}
