// SPDX-License-Identifier: Apache-2.0
/** Takes the director's program off interfaces; the last one takes the director with it, unless it has services. */
import { RawMap, createMapRef } from 'bpf';

import { addon } from './addon.js';
import { attachedIndexes, linkedIfindex } from './attached.js';
import { ensureBpffs } from './bpffs.js';
import { LayoutMismatch, NotAttached, NotAttachedHere, NotPermitted } from './errors.js';
import { refreshInterfaces } from './interfaces.js';
import { withLock } from './lock.js';
import { PinnedMaps } from './pinned_maps.js';
import { Pins, withPinned } from './pins.js';
import { removeFilters } from './traffic_control.js';

export interface Detached {
  readonly names: readonly string[];
  /** No interface is attached any more. */
  readonly isLast: boolean;
  /** Nothing of the director is pinned any more. */
  readonly isForgotten: boolean;
  /** Virtual services that stay pinned, to work again after the next attach. */
  readonly services: number;
}

/** `forget`: remove the services too, once no interface is left. Throws KernelError. */
export function detach(names: readonly string[] | 'all', { forget = false } = {}): Detached {
  if (!addon.hasBpfCapability()) throw new NotPermitted();
  ensureBpffs();
  return withLock(() => {
    const pins = Pins.here();
    if (!pins.exist()) throw new NotAttached();
    const going = names === 'all' ? pins.linked() : names.map((name) => pinOf(pins, name));
    for (const name of going) takeOff(pins, name);
    return { names: names === 'all' ? going : names, ...leave(pins, forget) };
  });
}

/** The name under which an interface was attached, should it have another by now. */
function pinOf(pins: Pins, name: string): string {
  if (pins.linked().includes(name)) return name;
  const found = pins.linked().find((pinned) => isCalled(linkedIfindex(pins, pinned), name));
  if (found === undefined) throw new NotAttachedHere(name);
  return found;
}

function isCalled(ifindex: number, name: string): boolean {
  return ifindex !== 0 && addon.ifIndexToName(ifindex) === name;
}

/** Detached first: removing a pin takes the program off too, but only some time later. */
function takeOff(pins: Pins, name: string): void {
  const ifindex = linkedIfindex(pins, name);
  if (ifindex !== 0) removeFilters(addon.ifIndexToName(ifindex));
  withPinned(pins.link(name), addon.detachLink);
  pins.removeLink(name);
}

function leave(pins: Pins, forget: boolean): Omit<Detached, 'names'> {
  const services = countServices(pins);
  const isLast = attachedIndexes(pins).size === 0; // a link whose interface is gone holds nothing
  if (isLast && (forget || services === 0)) {
    pins.remove();
    return { isLast, isForgotten: true, services: 0 };
  }
  refreshWhatIsReadable(pins);
  return { isLast, isForgotten: false, services };
}

/** Of whatever build the maps are. */
function countServices(pins: Pins): number {
  return withPinned(pins.map('services'), (fd) => {
    const ref = createMapRef(fd);
    const count = [...new RawMap(ref).keys()].length;
    ref.close();
    return count;
  });
}

function refreshWhatIsReadable(pins: Pins): void {
  try {
    const maps = PinnedMaps.open(pins);
    refreshInterfaces(maps, attachedIndexes(pins));
    maps.close();
  } catch (error) {
    if (!(error instanceof LayoutMismatch)) throw error;
  }
}
