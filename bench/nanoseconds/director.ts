// SPDX-License-Identifier: Apache-2.0
/** xdpvs itself, loaded but attached to nothing: filled by State -> Image -> changes, as its commands fill it. */
import { randomBytes } from 'node:crypto';

import { ABI, INTERFACE_TRANSMITS_BACK, OUTCOME_NAMES, TAG_FIRST, VALUE_CODECS } from '../../src/abi/generated.js';
import { connectionCodec } from '../../src/abi/generated.js';
import { snapshotOf } from '../../src/director/snapshot.js';
import { compile } from '../../src/image/index.js';
import { addon } from '../../src/kernel/addon.js';
import type { Capacities } from '../../src/kernel/capacities.js';
import { maxEntries } from '../../src/kernel/capacities.js';
import { OBJECT, defaultSettings } from '../../src/kernel/load.js';
import { write } from '../../src/kernel/maps.js';
import { OUTCOMES_PER_CPU } from '../../src/kernel/sizes.js';
import type { State } from '../../src/model/types.js';
import { apply, diff } from '../../src/plan/index.js';
import { LoadedMaps } from './loaded_maps.js';
import { ADDRESSES } from './network.js';
import { ipBytes } from './traffic.js';

export interface Arm {
  readonly ifindex: number;
  readonly mac: Uint8Array;
}

export type Outcomes = ReadonlyMap<string, number>;

export interface Size extends Capacities {
  readonly hz: number;
}

export class Director {
  readonly maps: LoadedMaps;
  readonly program: number;
  readonly #cpus = addon.cpuCount();

  /** The second arm's frames leave by redirection; the first one's go back by XDP_TX. */
  constructor(size: Size, arms: readonly [near: Arm, far: Arm], state: State) {
    const { programs, maps } = addon.load({
      path: OBJECT,
      maxEntries: maxEntries(size, this.#cpus) as Record<string, number>,
      data: {
        '.rodata': this.#limits(size),
        '.data.settings': VALUE_CODECS['.data.settings'].encode(defaultSettings(size.hz)),
      },
    });
    this.program = programs['xdpvs']!;
    this.maps = new LoadedMaps(maps);
    arms.forEach((arm, index) => this.#describe(arm, index + 1));
    const snapshot = snapshotOf(this.maps);
    apply(diff(snapshot.image, compile(state, snapshot)), this.maps);
  }

  #limits({ connections, servers, services, hz }: Size): Uint8Array {
    return VALUE_CODECS['.rodata'].encode({
      hashKeys: Array.from({ length: 5 }, () => randomBytes(8).readBigUInt64LE() | 1n),
      abi: ABI,
      connectionMask: connections - 1,
      serversCapacity: servers,
      servicesCapacity: services,
      cpus: this.#cpus,
      hz,
      taiOffsetS: 0,
    });
  }

  #describe({ ifindex, mac }: Arm, number: number): void {
    const ipv4 = ipBytes(number === 1 ? ADDRESSES.own : ADDRESSES.farOwn);
    const flags = number === 1 ? INTERFACE_TRANSMITS_BACK : 0;
    const description = {
      ifindex,
      mac,
      mtu: 1500,
      outerVlan: 0,
      innerVlan: 0,
      flags,
      ipv4,
      ipv6: ipBytes(ADDRESSES.own6),
    };
    write(this.maps, 'interfaces', number, description);
    const key = VALUE_CODECS.interface_numbers.encode(ifindex);
    this.maps.set('interface_numbers', key, VALUE_CODECS.interface_numbers.encode(number));
    write(this.maps, 'stations', ifindex, { mac, interface: number });
  }

  /** How journeys ended since the maps were made. Outcomes that never came are left out. */
  outcomes(): Outcomes {
    const counts = new BigUint64Array(this.maps.memory('outcomes').buffer);
    const sums = new Map<string, number>();
    counts.forEach((count, index) => {
      const name = OUTCOME_NAMES[index % OUTCOMES_PER_CPU];
      if (count > 0n && name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(count));
    });
    return sums;
  }

  /** As if no connection had ever been. */
  forgetConnections(): void {
    this.maps.memory('connections').fill(0);
    this.maps.memory('loads').fill(0);
  }

  /** Lines in use, expired ones too. */
  lines(): number {
    const tags = new Uint32Array(this.maps.memory('connections').buffer);
    const words = connectionCodec.size / 4;
    let count = 0;
    for (let at = 0; at < tags.length; at += words) if (tags[at]! >= TAG_FIRST) count++;
    return count;
  }
}

/** What was added to `before`. */
export function since(before: Outcomes, after: Outcomes): Map<string, number> {
  const added = new Map<string, number>();
  for (const [name, count] of after) {
    const more = count - (before.get(name) ?? 0);
    if (more > 0) added.set(name, more);
  }
  return added;
}
