// SPDX-License-Identifier: Apache-2.0
import { REAL_SERVER_DELETED, realServerCodec } from '../abi/generated.js';
import { byteOf, scan, wordOf } from './entries.js';
import type { Entries } from './entries.js';

const NONE = -1;

/**
 * Numbers of real servers by their service's number: chains in two flat lists, since there may be a hundred thousand. What
 * else is asked of all of them is found on the same way through them.
 */
export class Siblings {
  /** Marked removed. */
  readonly removed: readonly number[];
  /** No number below this is free. */
  readonly lowestFree: number;
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(records: Entries, services: number, servers: number) {
    this.#first = new Int32Array(services).fill(NONE);
    this.#next = new Int32Array(servers).fill(NONE);
    const { service, flags } = realServerCodec.offsets;
    const removed: number[] = [];
    let lowestFree = 0;
    scan(records, (number) => {
      this.add(wordOf(records, number, service), number);
      if ((byteOf(records, number, flags) & REAL_SERVER_DELETED) !== 0) removed.push(number);
      if (number === lowestFree) lowestFree++;
    });
    this.removed = removed;
    this.lowestFree = lowestFree;
  }

  /** Numbers of services that have any. */
  *services(): Iterable<number> {
    for (let service = 0; service < this.#first.length; service++) if (this.hasAny(service)) yield service;
  }

  add(service: number, number: number): void {
    this.#next[number] = this.#first[service]!;
    this.#first[service] = number;
  }

  delete(service: number, number: number): void {
    if (this.#first[service] === number) {
      this.#first[service] = this.#next[number]!;
      return;
    }
    for (const each of this.of(service)) if (this.#next[each] === number) this.#next[each] = this.#next[number]!;
  }

  /** The one added last comes first. */
  *of(service: number): Iterable<number> {
    for (let number = this.#first[service] ?? NONE; number !== NONE; number = this.#next[number]!) yield number;
  }

  hasAny(service: number): boolean {
    return (this.#first[service] ?? NONE) !== NONE;
  }
}
