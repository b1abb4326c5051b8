// SPDX-License-Identifier: Apache-2.0
import { serviceKeyCodec, serviceRecordCodec } from '../abi/generated.js';
import type { ServiceRecord } from '../abi/generated.js';
import { NOTHING, add } from './counts.js';
import type { Counts } from './counts.js';
import type { Draft } from './draft.js';
import { wordOf } from './entries.js';
import type { Entries } from './entries.js';
import { keyBytes, keyText } from './image.js';
import type { Image } from './image.js';
import { LowestFree } from './numbers.js';
import { numberIn } from './service_value.js';
import type { Snapshot } from './snapshot.js';

/**
 * Which virtual service has which number, and its counters' share that no real server carries. A deleted service keeps
 * its number while removed real servers of it are remembered, so that they are found again when it comes back.
 */
export class ServiceBook {
  readonly #stored: Entries;
  /** Those that this command looked at or changed; undefined: forgotten. */
  readonly #records = new Map<number, ServiceRecord | undefined>();
  readonly #services: Image['services'];
  /** By key: of services that the image does not have, deleted ones and new ones. */
  readonly #others = new Map<string, number>();
  readonly #written = new Set<number>();
  readonly #free: LowestFree;
  #lastAdded = 0;

  constructor({ image, capacities }: Snapshot) {
    const { key, added } = serviceRecordCodec.offsets;
    this.#services = image.services;
    this.#stored = image.arrays.service_records;
    const live = new Set(Array.from(image.services.values(), numberIn));
    for (const number of this.#stored.keys()) {
      this.#lastAdded = Math.max(this.#lastAdded, wordOf(this.#stored, number, added));
      if (live.has(number)) continue;
      this.#others.set(keyText(this.#stored.get(number)!.subarray(key, key + serviceKeyCodec.size)), number);
    }
    const isTaken = (number: number) =>
      this.#records.get(number) !== undefined || (!this.#records.has(number) && this.#stored.has(number));
    this.#free = new LowestFree('services', capacities.services, isTaken);
  }

  find(key: string): number | undefined {
    const bytes = this.#services.get(key);
    return bytes ? numberIn(bytes) : this.#others.get(key);
  }

  open(key: string): number {
    const number = this.#free.take();
    const record = {
      key: serviceKeyCodec.decode(keyBytes(key)),
      inUse: 1,
      added: ++this.#lastAdded,
      carried: NOTHING,
      zeroed: NOTHING,
    };
    this.#others.set(key, number);
    this.#write(number, record);
    return number;
  }

  /** A service deleted earlier is added again: its counters begin at 0, as of a new one. `sum`: of its real servers. */
  reopen(number: number, sum: Counts): void {
    const record = this.#recordOf(number)!;
    this.#write(number, { ...record, added: ++this.#lastAdded, zeroed: add(record.carried, sum) });
  }

  /** A number that counted `traffic` for this service goes to others. */
  carry(number: number, traffic: Counts): void {
    const record = this.#recordOf(number);
    if (record) this.#write(number, { ...record, carried: add(record.carried, traffic) });
  }

  /** A number that counted `traffic` for others comes to this service. */
  disclaim(number: number, traffic: Counts): void {
    const record = this.#recordOf(number)!;
    this.#write(number, { ...record, zeroed: add(record.zeroed, traffic) });
  }

  /** Forgets every service that the image does not have and `isNeeded` denies. Before `open`, so that their numbers are free. */
  free(isNeeded: (number: number, key: string) => boolean): void {
    for (const [key, number] of this.#others) {
      if (isNeeded(number, key)) continue;
      this.#records.set(number, undefined);
      this.#others.delete(key);
      this.#written.add(number);
    }
  }

  saveTo(draft: Draft): void {
    for (const number of this.#written) {
      const record = this.#records.get(number);
      if (record) draft.arrays.service_records.set(number, serviceRecordCodec.encode(record));
      else draft.arrays.service_records.delete(number);
    }
  }

  #recordOf(number: number): ServiceRecord | undefined {
    if (this.#records.has(number)) return this.#records.get(number);
    const bytes = this.#stored.get(number);
    return bytes && serviceRecordCodec.decode(bytes);
  }

  #write(number: number, record: ServiceRecord): void {
    this.#records.set(number, record);
    this.#written.add(number);
  }
}
