// SPDX-License-Identifier: Apache-2.0
/** ip_vs_dh.c, ip_vs_sh.c, ip_vs_mh.c: tables that are filled anew whenever the list changes. */
import { address as parse } from '../../support/frames/addresses.js';
import { hash32, siphash13 } from './hashes.js';
import type { Destination } from './destination.js';
import type { MakeModule, Request, Service } from './scheduler.js';

type Table = readonly Destination[];

function tabled(
  fill: (destinations: readonly Destination[]) => Table,
  look: (table: Table, request: Request, flags: Service['flags']) => Destination | undefined,
): MakeModule {
  return ({ destinations, flags }) => {
    let table = fill(destinations);
    const changed = (): void => {
      table = fill(destinations);
    };
    return {
      changed,
      deleted: changed,
      schedule: (request) => (table.length === 0 ? undefined : look(table, request, flags)),
    };
  };
}

function pickable(destination: Destination | undefined): Destination | undefined {
  return destination?.isPickable ? destination : undefined;
}

/** Where a client of an unusable server looks: its own place, then what its hash with a growing offset says. */
function lookOn(table: Table, start: number, hash: (offset: number) => number): Destination | undefined {
  for (let offset = 0; offset < table.length; offset++) {
    const found = pickable(table[hash((offset + start) % table.length)]);
    if (found) return found;
  }
  return undefined;
}

function lookFrom(table: Table, fallback: boolean, hash: (offset: number) => number): Destination | undefined {
  const start = hash(0);
  return pickable(table[start]) ?? (fallback ? lookOn(table, start, hash) : undefined);
}

function clientSum({ client, clientPort }: Request, flags: Service['flags']): number {
  return (folded(client) + (flags.port ? clientPort : 0)) >>> 0;
}

/** An IPv4 address in host order; of an IPv6 address its four words together. */
function folded(address: string): number {
  const bytes = Buffer.from(parse(address).bytes);
  let sum = 0;
  for (let word = 0; word < bytes.length; word += 4) sum ^= bytes.readUInt32BE(word);
  return sum >>> 0;
}

export const dh = tabled(
  (list) => (list.length === 0 ? [] : Array.from({ length: 256 }, (_, place) => list[place % list.length]!)),
  (table, { virtual }) => pickable(table[hash32(folded(virtual), 8)]),
);

export const sh = tabled(
  (list) => {
    const table: Destination[] = [];
    for (let turn = 0; list.length > 0 && table.length < 256; turn++) {
      const destination = list[turn % list.length]!;
      let given = 0;
      do table.push(destination);
      while (++given < destination.weight && table.length < 256);
    }
    return table;
  },
  (table, request, flags) =>
    lookFrom(table, flags.fallback, (offset) => (offset + hash32(clientSum(request, flags), 8)) & 255),
);

const MAGLEV = 4093;

export const mh = tabled(
  (list) => {
    const divisor = list.reduce((sum, { lastWeight }) => greatestCommonDivisor(sum, lastWeight), 0);
    if (divisor === 0) return [];
    const occupied = Math.floor(Math.log2(Math.max(...list.map(({ lastWeight }) => lastWeight)) / divisor)) + 1;
    const shift = Math.max(occupied - 6, 0);
    const table = new Array<Destination | undefined>(MAGLEV).fill(undefined);
    const permutations = list.map((destination) => permutation(destination));
    let filled = 0;
    for (;;) {
      for (const [index, destination] of list.entries()) {
        let turns = destination.lastWeight && (Math.floor(destination.lastWeight / divisor) >> shift || 1);
        for (; turns > 0; turns--) {
          let place = permutations[index]!.next().value as number;
          while (table[place]) place = permutations[index]!.next().value as number;
          table[place] = destination;
          if (++filled === MAGLEV) return table as Destination[];
        }
      }
    }
  },
  (table, request, flags) =>
    lookFrom(
      table,
      flags.fallback,
      (offset) => siphash13((clientSum(request, flags) + offset) >>> 0, 2654435761) % MAGLEV,
    ),
);

function* permutation({ address, port }: Destination): Generator<number> {
  const sum = (folded(address) + port) >>> 0;
  const offset = siphash13(sum, 2654435761) % MAGLEV;
  const skip = (siphash13(sum, 2654446892) % (MAGLEV - 1)) + 1;
  for (let step = 0; ; step++) yield (offset + step * skip) % MAGLEV;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
