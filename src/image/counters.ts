// SPDX-License-Identifier: Apache-2.0
import { realServerCodec, serverRecordCodec, serviceRecordCodec, totalRecordCodec } from '../abi/generated.js';
import { NOTHING, add, subtract } from './counts.js';
import type { Counts } from './counts.js';
import { membersOf } from './decompile.js';
import { ImageInconsistent } from './errors.js';
import { wordOf } from './entries.js';
import type { Image } from './image.js';
import { valueOf } from './service_value.js';
import type { Snapshot } from './snapshot.js';

export interface ServiceCounters {
  /** Of the service. */
  readonly number: number;
  readonly counts: Counts;
  /** In IPVS's order, as the service's real servers. */
  readonly realServers: readonly ServerCounters[];
}

export interface ServerCounters {
  readonly number: number;
  readonly counts: Counts;
}

/**
 * What `--stats` shows, by the key that images name services by (`serviceKeyText`). A real server has what its number
 * counted since it was given it or zeroed; a service has what its real servers ever counted, deleted ones too.
 */
export function counters(snapshot: Snapshot): Map<string, ServiceCounters> {
  const { image } = snapshot;
  const sums = rawCounts(snapshot);
  return new Map(
    Array.from(image.services, ([key, bytes]) => {
      const value = valueOf(bytes);
      const counts = subtract(sums.get(value.number) ?? NOTHING, serviceZeroed(image, value.number));
      const realServers = membersOf(image, value).map((entry) => serverCounters(snapshot, entry.realServer));
      return [key, { number: value.number, counts, realServers }];
    }),
  );
}

/** What the whole director counted since `-Z` of all, deleted services' too. */
export function totalCounts(snapshot: Snapshot): Counts {
  const record = snapshot.image.arrays.total_records.get(0);
  const zeroed = record ? totalRecordCodec.decode(record).zeroed : NOTHING;
  return subtract(snapshot.totalTraffic(), zeroed);
}

/** All that was ever counted for each service's number: what it carries, and its real servers' traffic, removed ones' too. */
export function rawCounts(snapshot: Snapshot): Map<number, Counts> {
  const { image } = snapshot;
  const sums = new Map<number, Counts>();
  for (const [number, bytes] of image.arrays.service_records) {
    sums.set(number, serviceRecordCodec.decode(bytes).carried);
  }
  const { real_servers: servers } = image.arrays;
  for (const number of servers.keys()) {
    const service = wordOf(servers, number, realServerCodec.offsets.service);
    sums.set(service, add(sums.get(service) ?? NOTHING, snapshot.traffic(number)));
  }
  return sums;
}

function serverCounters(snapshot: Snapshot, number: number): ServerCounters {
  const record = snapshot.image.arrays.server_records.get(number);
  if (!record) throw new ImageInconsistent(`real server ${number} has no counters`);
  return { number, counts: subtract(snapshot.traffic(number), serverRecordCodec.decode(record).zeroed) };
}

function serviceZeroed(image: Image, number: number): Counts {
  const record = image.arrays.service_records.get(number);
  if (!record) throw new ImageInconsistent(`virtual service ${number} has no record`);
  return serviceRecordCodec.decode(record).zeroed;
}
