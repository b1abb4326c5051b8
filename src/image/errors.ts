// SPDX-License-Identifier: Apache-2.0
import type { Capacities } from './snapshot.js';

/** What to ask `xdpvs attach` for when a map is full. */
const OPTION: Readonly<Record<keyof Capacities, string>> = {
  services: '--services',
  servers: '--servers',
  members: '--servers',
  levels: '--servers',
  slots: '--servers',
};

const NAME: Readonly<Record<keyof Capacities, string>> = {
  services: 'virtual services',
  servers: 'real servers',
  members: 'members of virtual services',
  levels: 'levels of weight',
  slots: 'places in scheduling orders',
};

export class CapacityExceeded extends Error {
  override readonly name = 'CapacityExceeded';
  /** The option of `xdpvs attach` to raise. */
  readonly option: string;

  constructor(
    readonly table: keyof Capacities,
    readonly capacity: number,
  ) {
    super(
      `no room for more ${NAME[table]}: the table has ${capacity} entries, and entries that were given up are free only ` +
        `after the next command; detach, then attach with a larger ${OPTION[table]}`,
    );
    this.option = OPTION[table];
  }
}

/** The maps contradict themselves: written by something else, or by a build with another layout. */
export class ImageInconsistent extends Error {
  override readonly name = 'ImageInconsistent';

  constructor(what: string) {
    super(`the pinned maps contradict themselves (${what}); run 'xdpvs detach --all --forget', then attach again`);
  }
}
