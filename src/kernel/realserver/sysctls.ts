// SPDX-License-Identifier: Apache-2.0
/** Kernel settings that a real server needs, and putting back what was found. */
import { readFileSync, writeFileSync } from 'node:fs';

import type { Memory } from './memory.js';

type Sysctls = Memory['sysctls'];

function path(name: string): string {
  return `/proc/sys/${name}`;
}

export function readSysctl(name: string): string {
  return readFileSync(path(name), 'utf8').trim();
}

/** undefined when the kernel or the interface is not there. */
function find(name: string): string | undefined {
  try {
    return readSysctl(name);
  } catch {
    return undefined;
  }
}

const CONF = 'net/ipv4/conf';

/**
 * No ARP for addresses on lo, neither answered (arp_ignore) nor told about in questions (arp_announce). The kernel takes
 * the larger of `all` and the interface's own, so `all` is enough for every NIC; lo is what DR scripts set besides.
 */
function wantedForArp(): Record<string, string> {
  const wanted: Record<string, string> = {};
  for (const name of ['all', 'lo']) {
    // 2 and 8 are stricter than 1 and do as well
    if (!['1', '2', '8'].includes(find(`${CONF}/${name}/arp_ignore`) ?? '')) wanted[`${CONF}/${name}/arp_ignore`] = '1';
    wanted[`${CONF}/${name}/arp_announce`] = '2';
  }
  return wanted;
}

/**
 * What comes out of a tunnel has the client's address, and the route back may be another interface's: strict reverse
 * path filtering would drop it. The larger of `all` and the interface's own holds, so 2 (loose) overrules a strict `all`.
 */
function wantedForReversePath(interfaces: readonly string[]): Record<string, string> {
  const all = find(`${CONF}/all/rp_filter`);
  const strict = interfaces.filter((name) => [all, find(`${CONF}/${name}/rp_filter`)].includes('1'));
  return Object.fromEntries(strict.map((name) => [`${CONF}/${name}/rp_filter`, '2']));
}

/** The settings for real servers with IPv4 virtual addresses, whose tunnelled packets arrive on `interfaces`. */
export function wantedSysctls(interfaces: readonly string[]): Record<string, string> {
  return { ...wantedForArp(), ...wantedForReversePath(interfaces) };
}

/** What is remembered once `wanted` is set; what was remembered before stays, since it was found first. */
export function foundSysctls(known: Sysctls, wanted: Readonly<Record<string, string>>): Sysctls {
  const memory: Record<string, { found: string; set: string }> = { ...known };
  for (const [name, set] of Object.entries(wanted)) {
    const found = find(name);
    if (found === undefined || (found === set && !known[name])) continue;
    memory[name] = { found: known[name]?.found ?? found, set };
  }
  return memory;
}

export function setSysctls(sysctls: Sysctls): void {
  for (const [name, { set }] of Object.entries(sysctls)) {
    if (find(name) !== set) writeFileSync(path(name), set);
  }
}

/** Puts back what was found. Names those left alone because somebody else has changed them since. */
export function restoreSysctls(sysctls: Sysctls): string[] {
  const changed: string[] = [];
  for (const [name, { found, set }] of Object.entries(sysctls)) {
    const now = find(name);
    if (now === set) writeFileSync(path(name), found);
    else if (now !== undefined && now !== found) changed.push(name.replaceAll('/', '.'));
  }
  return changed;
}
