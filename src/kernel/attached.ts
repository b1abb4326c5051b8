// SPDX-License-Identifier: Apache-2.0
/** Which interfaces run the director's program, as the pinned links say. */
import { addon } from './addon.js';
import type { Pins } from './pins.js';
import { withPinned } from './pins.js';

export type Mode = 'native' | 'generic';

export interface AttachedInterface {
  readonly name: string;
  readonly ifindex: number;
  readonly mode: Mode;
  readonly programId: number;
  readonly since: Date;
}

const XDP_MODE_GENERIC = 2;

/** 0: the interface that the link held is gone. */
export function linkedIfindex(pins: Pins, name: string): number {
  return withPinned(pins.link(name), (fd) => addon.linkInfo(fd).ifindex);
}

export function attachedInterfaces(pins: Pins): AttachedInterface[] {
  return pins.linked().flatMap((name) => {
    const { ifindex, programId } = withPinned(pins.link(name), addon.linkInfo);
    if (ifindex === 0) return [];
    const mode = addon.xdpQuery(ifindex).mode === XDP_MODE_GENERIC ? 'generic' : 'native';
    return [{ name: addon.ifIndexToName(ifindex), ifindex, mode, programId, since: pins.linkedSince(name) }];
  });
}

export function attachedIndexes(pins: Pins): Set<number> {
  return new Set(
    pins
      .linked()
      .map((name) => linkedIfindex(pins, name))
      .filter((ifindex) => ifindex !== 0),
  );
}
