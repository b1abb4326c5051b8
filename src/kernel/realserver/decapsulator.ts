// SPDX-License-Identifier: Apache-2.0
/**
 * Our own decapsulation, for kernels without a device for it: decapsulate.bpf.o on the NICs. Program, map and links are
 * pinned beside the director's, under a name of their own, so it works on with no process of ours.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { RawMap, createMapRef } from 'bpf';

import { installed } from '../installation.js';
import { addon } from '../addon.js';
import { BPFFS } from '../bpffs.js';
import { ForeignProgram, NoSuchInterface, codeOf } from '../errors.js';
import { Pins, withPinned } from '../pins.js';
import { defaultRouteInterfaces, links } from './ip.js';
import type { Vip } from './memory.js';

const OBJECT = installed('build/decapsulate.bpf.o');

const XDP_FLAGS_SKB_MODE = 2;
const XDP_FLAGS_DRV_MODE = 4;

const PROGRAM = 'decapsulate';

/** A folder as a director's, so that what is left of a dead network namespace is found stale in the same way. */
function pinsHere(): Pins {
  return new Pins(join(BPFFS, `realserver-${addon.netnsCookie()}`));
}

const ADDRESSES = 'virtual_addresses';
const PORTS = 'gue_ports';

function mapPin(pins: Pins, map: string): string {
  return join(pins.folder, 'maps', map);
}

function load(pins: Pins): void {
  if ([pins.program(PROGRAM), mapPin(pins, ADDRESSES), mapPin(pins, PORTS)].every((pin) => existsSync(pin))) return;
  if (!existsSync(OBJECT)) throw new Error(`${OBJECT} is missing, so tunnels cannot be taken off: make build`);
  pins.remove();
  const { programs, maps } = addon.load({ path: OBJECT });
  try {
    pins.makeFolders();
    for (const map of [ADDRESSES, PORTS]) addon.pin(maps[map] as number, mapPin(pins, map));
    addon.pin(programs[PROGRAM] as number, pins.program(PROGRAM));
  } finally {
    for (const fd of [...Object.values(programs), ...Object.values(maps)]) addon.close(fd);
  }
}

function indexOf(name: string): number {
  try {
    return addon.ifNameToIndex(name);
  } catch (error) {
    throw codeOf(error) === 'ENODEV' ? new NoSuchInterface(name) : error;
  }
}

/** A link whose interface was removed and made anew is gone with the old one. */
function isLinked(pins: Pins, name: string): boolean {
  if (!existsSync(pins.link(name))) return false;
  const ifindex = withPinned(pins.link(name), (fd) => addon.linkInfo(fd).ifindex);
  if (ifindex === indexOf(name)) return true;
  pins.removeLink(name);
  return false;
}

function nameOfProgram(id: number): string {
  const fd = addon.openProgram(id);
  try {
    return addon.programInfo(fd).name;
  } finally {
    addon.close(fd);
  }
}

/** The driver's mode where it has one, else the kernel's generic one. */
function linkProgram(pins: Pins, program: number, name: string): void {
  const ifindex = indexOf(name);
  const { programId } = addon.xdpQuery(ifindex);
  if (programId !== 0) throw new ForeignProgram(name, nameOfProgram(programId), programId);
  let link: number;
  try {
    link = addon.linkXdp(program, ifindex, XDP_FLAGS_DRV_MODE);
  } catch {
    link = addon.linkXdp(program, ifindex, XDP_FLAGS_SKB_MODE);
  }
  try {
    addon.pin(link, pins.link(name));
  } finally {
    addon.close(link);
  }
}

/** family comes after the address, then three bytes of padding: struct virtual_address in bpf/decapsulate.h. */
function keyOf(vip: Vip): Buffer {
  const key = Buffer.alloc(20);
  key.set(vip.bytes);
  key[16] = vip.family;
  return key;
}

function withMap(pins: Pins, name: string, work: (map: RawMap) => void): void {
  withPinned(mapPin(pins, name), (fd) => {
    const ref = createMapRef(fd, { transfer: false });
    try {
      work(new RawMap(ref));
    } finally {
      ref.close();
    }
  });
}

/** Interfaces for tunnelled packets when nobody named any: where the default routes leave, else every one that is up. */
export function guessInterfaces(): string[] {
  const routed = defaultRouteInterfaces();
  if (routed.length > 0) return routed;
  return links()
    .filter(({ ifname, flags, master }) => ifname !== 'lo' && flags.includes('UP') && master === undefined)
    .map(({ ifname }) => ifname);
}

/** On all of the interfaces or, with an Error, on no more than before. */
export function attachDecapsulator(interfaces: readonly string[]): void {
  const pins = pinsHere();
  load(pins);
  const added: string[] = [];
  try {
    for (const name of interfaces.filter((name) => !isLinked(pins, name))) {
      withPinned(pins.program(PROGRAM), (program) => linkProgram(pins, program, name));
      added.push(name);
    }
  } catch (error) {
    for (const name of added) pins.removeLink(name);
    if (pins.linked().length === 0) pins.remove();
    throw error;
  }
}

/** A pinned link lives by its pin, and so do the map and the program. */
export function detachDecapsulator(): void {
  pinsHere().remove();
}

export function decapsulateFor(vips: readonly Vip[]): void {
  withMap(pinsHere(), ADDRESSES, (map) => {
    for (const vip of vips) map.set(keyOf(vip), Buffer.of(1));
  });
}

/** UDP ports, as network order has them in the map. */
export function decapsulateGue(ports: readonly number[]): void {
  withMap(pinsHere(), PORTS, (map) => {
    for (const port of ports) map.set(Buffer.of(port >> 8, port & 0xff), Buffer.of(1));
  });
}

export function decapsulateNoMore(vips: readonly Vip[]): void {
  const pins = pinsHere();
  if (!existsSync(mapPin(pins, ADDRESSES))) return;
  withMap(pins, ADDRESSES, (map) => {
    for (const vip of vips) map.delete(keyOf(vip));
  });
}
