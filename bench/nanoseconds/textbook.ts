// SPDX-License-Identifier: Apache-2.0
/** The textbook balancer and the floors, filled. */
import { join } from 'node:path';

import { addon } from '../../src/kernel/addon.js';
import { openRaw } from './loaded_maps.js';
import { ADDRESSES, ROUTER_MAC } from './network.js';
import { OBJECTS } from './restore.js';
import { SERVICE_PORT, ipBytes, ipv4Number, ipv4Text } from './traffic.js';

export interface TextbookSize {
  /** Entries of the LRU hash. */
  readonly connections: number;
  readonly service: string;
  readonly services: number;
  /** Addresses; every service has all of them. */
  readonly servers: readonly string[];
}

export class Textbook {
  program = -1;
  #fds: number[] = [];
  #opened = new BigUint64Array(1);

  constructor(private readonly size: TextbookSize) {
    this.restart();
  }

  /** Anew, with no connection. */
  restart(): void {
    this.#fds.forEach((fd) => addon.close(fd));
    const { connections, services, servers } = this.size;
    const maxEntries = { services, connections, servers: servers.length, statistics: services, turns: services };
    const { programs, maps } = addon.load({ path: join(OBJECTS, 'textbook.bpf.o'), maxEntries });
    this.#fds = [...Object.values(programs), ...Object.values(maps)];
    this.program = programs['textbook']!;
    this.#opened = new BigUint64Array(addon.mmapMap(maps['.data.opened']!, 8, false));
    this.#fill(maps);
  }

  #fill(maps: Readonly<Record<string, number>>): void {
    const all = openRaw(maps, 'services');
    for (let number = 0; number < this.size.services; number++) {
      const address = ipBytes(ipv4Text(ipv4Number(this.size.service) + number));
      const key = Buffer.from([...address, SERVICE_PORT >> 8, SERVICE_PORT & 255, 6, 0]);
      all.set(key, Buffer.from(Uint32Array.of(number, 0, this.size.servers.length).buffer));
    }
    const servers = openRaw(maps, 'servers');
    this.size.servers.forEach((server, index) => servers.set(index32(index), Buffer.from(ipBytes(server))));
    const gateway = ROUTER_MAC.split(':').map((byte) => parseInt(byte, 16));
    openRaw(maps, 'ways_out').set(index32(0), Buffer.from([...ipBytes(ADDRESSES.own), ...gateway, 0, 0]));
  }

  /** Connections opened so far: packets that found none. */
  get opened(): number {
    return Number(this.#opened[0]);
  }
}

function index32(index: number): Buffer {
  return Buffer.from(Uint32Array.of(index).buffer);
}

export function loadFloors(): Readonly<Record<'nothing' | 'swap_macs' | 'only_encapsulate', number>> {
  const { programs } = addon.load({ path: join(OBJECTS, 'floors.bpf.o') });
  return programs as Readonly<Record<'nothing' | 'swap_macs' | 'only_encapsulate', number>>;
}
