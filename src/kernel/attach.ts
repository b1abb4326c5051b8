// SPDX-License-Identifier: Apache-2.0
/** Puts the director's program on interfaces: on all that are named, or on none. */
import { addon } from './addon.js';
import type { Mode } from './attached.js';
import { attachedIndexes, linkedIfindex } from './attached.js';
import { ensureBpffs } from './bpffs.js';
import { AlreadyAttached, AttachRefused, ForeignProgram, KernelError, NoSuchInterface, codeOf } from './errors.js';
import { refreshInterfaces } from './interfaces.js';
import type { DataPlane } from './load.js';
import { loadDataPlane } from './load.js';
import { noteAllLocal } from './local_addresses.js';
import { withLock } from './lock.js';
import { rememberNamespace, removeStale } from './namespaces.js';
import { PinnedMaps } from './pinned_maps.js';
import { Pins, withPinned } from './pins.js';
import { checkRequirements } from './requirements.js';
import { addFilters, removeFilters } from './traffic_control.js';

export type WantedMode = Mode | 'auto';

export interface Attached {
  readonly name: string;
  readonly mode: Mode;
  /** Why it is not native. */
  readonly reason: string | undefined;
  /** Why it has nothing beside XDP that cuts and follows; absent where it has. */
  readonly lack?: string;
}

interface Target {
  readonly name: string;
  readonly ifindex: number;
}

interface Link extends Attached {
  readonly fd: number;
}

const PROGRAM = 'xdpvs';
/** XDP_FLAGS_* in linux/if_link.h */
const FLAGS: Readonly<Record<Mode, number>> = { generic: 2, native: 4 };
/** These say something of the interface or of us, not of the driver: another mode would fail as well. */
const NOT_OF_THE_MODE = new Set(['EBUSY', 'EEXIST', 'EPERM', 'ENODEV']);

/** The first attach in a network namespace loads the data plane; later ones use what is pinned. Throws KernelError. */
export function attach(names: readonly string[], wanted: WantedMode = 'auto', dataPlane: DataPlane = {}): Attached[] {
  checkRequirements();
  for (const name of names) indexOf(name); // a typing error is found before anything is mounted
  ensureBpffs();
  return withLock(() => {
    rememberNamespace();
    removeStale();
    const pins = Pins.here();
    const targets = [...new Set(names)].map((name) => ({ name, ifindex: indexOf(name) }));
    for (const target of targets) checkIsFree(pins, target);

    const isFirst = !pins.exist();
    if (isFirst) loadDataPlane(dataPlane);
    try {
      return attachAll(pins, targets, wanted);
    } catch (error) {
      if (isFirst) pins.remove();
      throw error;
    }
  });
}

function indexOf(name: string): number {
  try {
    return addon.ifNameToIndex(name);
  } catch (error) {
    if (codeOf(error) === 'ENODEV') throw new NoSuchInterface(name);
    throw error;
  }
}

/** Asked of the kernel rather than of the pins, which know an interface by the name it had then. */
function checkIsFree(pins: Pins, { name, ifindex }: Target): void {
  if (attachedIndexes(pins).has(ifindex)) throw new AlreadyAttached(name);
  const { programId } = addon.xdpQuery(ifindex);
  if (programId !== 0) throw new ForeignProgram(name, programName(programId), programId);
}

function programName(id: number): string {
  try {
    const fd = addon.openProgram(id);
    const { name } = addon.programInfo(fd);
    addon.close(fd);
    return name === '' ? 'one without a name' : name;
  } catch {
    return 'one whose name may not be read';
  }
}

/** The interfaces are described before the program can see a packet, and again once it is known what they can do. */
function attachAll(pins: Pins, targets: readonly Target[], wanted: WantedMode): Attached[] {
  const maps = PinnedMaps.open(pins);
  const links: Link[] = [];
  try {
    refreshInterfaces(maps, attachedIndexes(pins));
    noteAllLocal(maps);
    withPinned(pins.program(PROGRAM), (program) => {
      for (const target of targets) links.push(linkTo(program, target, wanted));
    });
    for (const { name, fd } of links) pinLink(pins, name, fd);
    const lacks = new Map(links.map(({ name }) => [name, addFilters(pins, name)]));
    refreshInterfaces(maps, attachedIndexes(pins));
    return links.map(({ name, mode, reason }) => ({ name, mode, reason, ...lackOf(lacks.get(name)) }));
  } catch (error) {
    for (const { name, fd } of links) takeOff(pins, name, fd);
    throw error;
  } finally {
    for (const { fd } of links) addon.close(fd);
    maps.close();
  }
}

function lackOf(lack: string | undefined): Pick<Attached, 'lack'> {
  return lack === undefined ? {} : { lack };
}

function linkTo(program: number, { name, ifindex }: Target, wanted: WantedMode): Link {
  if (wanted !== 'auto') return { name, mode: wanted, reason: undefined, fd: tryLink(program, name, ifindex, wanted) };
  try {
    return { name, mode: 'native', reason: undefined, fd: addon.linkXdp(program, ifindex, FLAGS.native) };
  } catch (error) {
    if (NOT_OF_THE_MODE.has(codeOf(error) ?? '')) throw refusal(name, 'native', error as Error);
    const reason = `its driver does not take it natively (${codeOf(error)})`;
    return { name, mode: 'generic', reason, fd: tryLink(program, name, ifindex, 'generic') };
  }
}

function tryLink(program: number, name: string, ifindex: number, mode: Mode): number {
  try {
    return addon.linkXdp(program, ifindex, FLAGS[mode]);
  } catch (error) {
    throw refusal(name, mode, error as Error);
  }
}

function refusal(name: string, mode: Mode, error: Error): KernelError {
  const advice =
    mode === 'native' ? 'try `--mode generic`, and see `dmesg` for what the driver says' : 'see `dmesg` for the reason';
  return new AttachRefused(name, mode, error, advice);
}

/** A pin of that name is of an interface that is gone, or has another name by now; the latter keeps its link. */
function pinLink(pins: Pins, name: string, fd: number): void {
  if (pins.linked().includes(name)) {
    if (linkedIfindex(pins, name) !== 0)
      throw new AlreadyAttached(`an interface that was called ${name} when it was attached`);
    pins.removeLink(name);
  }
  addon.pin(fd, pins.link(name));
}

function takeOff(pins: Pins, name: string, fd: number): void {
  addon.detachLink(fd);
  removeFilters(name);
  if (pins.linked().includes(name) && linkedIfindex(pins, name) === 0) pins.removeLink(name);
}
