// SPDX-License-Identifier: Apache-2.0
/** Virtual addresses on lo: the host takes packets for them, and no other interface has them to announce. */
import { ip, links } from './ip.js';
import type { Vip } from './memory.js';

type Named = Pick<Vip, 'text' | 'family'>;

export function isOnLoopback({ text, family }: Named): boolean {
  const found = JSON.parse(ip('-j', `-${family}`, 'addr', 'show', 'dev', 'lo', 'to', text) || '[]') as {
    addr_info?: unknown[];
  }[];
  return found.some((device) => (device.addr_info ?? []).length > 0);
}

export function requireLoopback(): void {
  if (links().some(({ ifname, flags }) => ifname === 'lo' && flags.includes('UP'))) return;
  throw new Error('lo is down, so no address on it is answered for: ip link set lo up');
}

/**
 * IPv6: without duplicate address detection, since every real server has it; deprecated (preferred_lft 0), so that the
 * host does not use it for connections of its own.
 */
export function putOnLoopback(vip: Named): void {
  if (isOnLoopback(vip)) return;
  if (vip.family === 4) ip('addr', 'add', `${vip.text}/32`, 'dev', 'lo', 'label', 'lo:xdpvs');
  else ip('addr', 'add', `${vip.text}/128`, 'dev', 'lo', 'nodad', 'valid_lft', 'forever', 'preferred_lft', '0');
}

export function takeOffLoopback(vip: Named): void {
  if (isOnLoopback(vip)) ip('addr', 'del', `${vip.text}/${vip.family === 4 ? 32 : 128}`, 'dev', 'lo');
}
