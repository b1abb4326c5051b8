// SPDX-License-Identifier: Apache-2.0
/** Virtual addresses on lo: the host takes packets for them, and no other interface has them to announce. */
import { ip, links } from './ip.js';
import type { Vip } from './memory.js';

type Named = Pick<Vip, 'text' | 'family'>;

export function hasAddress(device: string, { text, family }: Named): boolean {
  const found = JSON.parse(ip('-j', `-${family}`, 'addr', 'show', 'dev', device, 'to', text) || '[]') as {
    addr_info?: unknown[];
  }[];
  return found.some((one) => (one.addr_info ?? []).length > 0);
}

export function requireLoopback(): void {
  if (links().some(({ ifname, flags }) => ifname === 'lo' && flags.includes('UP'))) return;
  throw new Error('lo is down, so no address on it is answered for: ip link set lo up');
}

/**
 * IPv6: without duplicate address detection, since every real server has it; deprecated (preferred_lft 0), so that the
 * host does not use it for connections of its own. IPv4: labelled, so that `ip addr` tells whose it is.
 */
export function addAddress(device: string, vip: Named): void {
  if (hasAddress(device, vip)) return;
  if (vip.family === 4) ip('addr', 'add', `${vip.text}/32`, 'dev', device, 'label', `${device}:xdpvs`);
  else ip('addr', 'add', `${vip.text}/128`, 'dev', device, 'nodad', 'valid_lft', 'forever', 'preferred_lft', '0');
}

export function removeAddress(device: string, vip: Named): void {
  const exists = links().some(({ ifname }) => ifname === device);
  if (exists && hasAddress(device, vip)) ip('addr', 'del', `${vip.text}/${vip.family === 4 ? 32 : 128}`, 'dev', device);
}
