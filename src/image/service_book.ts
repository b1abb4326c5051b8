// SPDX-License-Identifier: Apache-2.0
import { serviceKeyCodec, serviceRecordCodec } from '../abi/generated.js';
import type { ServiceRecord } from '../abi/generated.js';
import { NOTHING, add } from './counts.js';
import type { Counts } from './counts.js';
import type { Draft } from './draft.js';
import { keyBytes, keyText } from './image.js';
import { LowestFree } from './numbers.js';
import type { Snapshot } from './snapshot.js';

/**
 * Which virtual service has which number, and its counters' share that no real server carries. A deleted service keeps
 * its number while removed real servers of it are remembered, so that they are found again when it comes back.
 */
export class ServiceBook {
  readonly #records = new Map<number, ServiceRecord>();
  readonly #numbers = new Map<string, number>();
  readonly #written = new Set<number>();
  readonly #free: LowestFree;
  #lastAdded = 0;

  constructor({ image, capacities }: Snapshot) {
    for (const [number, bytes] of image.arrays.service_records) {
      const record = serviceRecordCodec.decode(bytes);
      this.#records.set(number, record);
      this.#numbers.set(keyText(serviceKeyCodec.encode(record.key)), number);
      this.#lastAdded = Math.max(this.#lastAdded, record.added);
    }
    this.#free = new LowestFree('services', capacities.services, (number) => this.#records.has(number));
  }

  find(key: string): number | undefined {
    return this.#numbers.get(key);
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
    this.#numbers.set(key, number);
    this.#write(number, record);
    return number;
  }

  /** A service deleted earlier is added again: its counters begin at 0, as of a new one. `sum`: of its real servers. */
  reopen(number: number, sum: Counts): void {
    const record = this.#records.get(number)!;
    this.#write(number, { ...record, added: ++this.#lastAdded, zeroed: add(record.carried, sum) });
  }

  /** A number that counted `traffic` for this service goes to others. */
  carry(number: number, traffic: Counts): void {
    const record = this.#records.get(number);
    if (record) this.#write(number, { ...record, carried: add(record.carried, traffic) });
  }

  /** A number that counted `traffic` for others comes to this service. */
  disclaim(number: number, traffic: Counts): void {
    const record = this.#records.get(number)!;
    this.#write(number, { ...record, zeroed: add(record.zeroed, traffic) });
  }

  /** Forgets every service that `isNeeded` denies. Before `open`, so that their numbers are free. */
  free(isNeeded: (number: number, key: string) => boolean): void {
    for (const [key, number] of this.#numbers) {
      if (isNeeded(number, key)) continue;
      this.#records.delete(number);
      this.#numbers.delete(key);
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

  #write(number: number, record: ServiceRecord): void {
    this.#records.set(number, record);
    this.#written.add(number);
  }
}
