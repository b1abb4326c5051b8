// SPDX-License-Identifier: Apache-2.0
/**
 * The program that sends packets put together from fragments, at tc's ingress hook of an interface (bpf/sender.h). XDP sends
 * one frame for one; tc can clone. Where the kernel has no tc for BPF, fragments are left to the host.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { INTERFACE_HAS_SENDER } from '../abi/generated.js';
import { addon } from './addon.js';
import type { Maps } from './maps.js';
import { read, readAll, write } from './maps.js';
import type { Pins } from './pins.js';
import { withPinned } from './pins.js';

const PROGRAM = 'send_fragments';
/** Ours among the filters of an interface: no other program takes this number by itself. */
const FILTER = ['pref', '22614', 'handle', '1', 'bpf'];

/** False: this kernel cannot. The interface must have been described (refreshInterfaces). */
export function addSender(pins: Pins, maps: Maps, name: string): boolean {
  const madeHook = tc('qdisc', 'add', 'dev', name, 'clsact');
  const command = ['filter', 'replace', 'dev', name, 'ingress', ...FILTER];
  if (!tc(...command, 'direct-action', 'object-pinned', pins.program(PROGRAM))) {
    if (madeHook) tc('qdisc', 'del', 'dev', name, 'clsact');
    return false;
  }
  if (madeHook) rememberHook(pins, name);
  announce(maps, name);
  return true;
}

/** As the interface was before; the hook stays if somebody else's filters have come to it since. */
export function removeSender(pins: Pins, name: string): void {
  tc('filter', 'del', 'dev', name, 'ingress', ...FILTER);
  if (!pins.hooked().includes(name)) return;
  rmSync(pins.hook(name), { force: true });
  const isUsed = ['ingress', 'egress'].some((side) => said('filter', 'show', 'dev', name, side) !== '');
  if (!isUsed) tc('qdisc', 'del', 'dev', name, 'clsact');
}

/** A pin whose existence says that the hook is ours to take away. */
function rememberHook(pins: Pins, name: string): void {
  rmSync(pins.hook(name), { force: true });
  withPinned(pins.program(PROGRAM), (fd) => addon.pin(fd, pins.hook(name)));
}

/** From now on the data plane gathers fragments that come by this interface. */
function announce(maps: Maps, name: string): void {
  const ifindex = addon.ifNameToIndex(name);
  const number = new Map(readAll(maps, 'interface_numbers')).get(ifindex);
  const value = number === undefined ? undefined : read(maps, 'interfaces', number);
  if (number === undefined || !value) return;
  write(maps, 'interfaces', number, { ...value, flags: value.flags | INTERFACE_HAS_SENDER });
}

function tc(...args: string[]): boolean {
  try {
    execFileSync('tc', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function said(...args: string[]): string {
  try {
    return execFileSync('tc', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
