// SPDX-License-Identifier: Apache-2.0
import {
  ADDRESS_SIZE,
  MAPS,
  REAL_SERVER_DELETED,
  estimateCodec,
  realServerCodec,
  serverRecordCodec,
} from '../abi/generated.js';
import type { Estimate, ServerRecord } from '../abi/generated.js';
import { Overlay } from '../image/entries.js';
import type { Entries } from '../image/entries.js';
import { isSameBytes, keyBytes } from '../image/image.js';
import type { ArrayName, Image } from '../image/image.js';
import { boundingBoth } from '../image/settings.js';
import type { Change, Setting } from './change.js';

interface Step {
  readonly reason: string;
  changes(previous: Image, next: Image): Iterable<Change>;
}

/** The order in which maps change. It is what makes every prefix of a plan harmless, so each step says why it stands there. */
const STEPS: readonly Step[] = [
  {
    reason: 'what is not within the bounds is not looked at, so they widen before anything new is used',
    changes: (previous, next) => changedSettings(previous.settings, boundingBoth(previous.settings, next.settings)),
  },
  {
    reason: 'members and slots name real servers and services by number, so the named are written first',
    changes: (previous, next) => [
      ...newEntries('service_records', previous, next),
      ...newEntries('server_records', previous, next),
      ...newEntries('real_servers', previous, next, (bytes) => !isRemoved(bytes)),
      ...forgottenHops(previous, next, (number) => isOfAnother(number, previous, next)),
    ],
  },
  {
    reason:
      'a service names its lists, levels name slots, settings name rules; no list stands where the previous image has one',
    changes: (previous, next) => [
      ...newEntries('members', previous, next),
      ...newEntries('schedule_slots', previous, next),
      ...newEntries('schedule_levels', previous, next),
      ...newEntries('mark_rules', previous, next),
    ],
  },
  {
    reason: 'all that a service needs is there: this one write makes the whole change of it visible',
    changes: (previous, next) => newKeys('services', previous, next),
  },
  {
    reason: 'who is found by what it sends is compared with its record and its service, so both are there before',
    changes: (previous, next) => newKeys('calling_servers', previous, next),
  },
  {
    reason: 'what replaces a service on another key is there before it goes',
    changes: (previous, next) => goneKeys('services', previous, next),
  },
  {
    reason: 'no service names a removed real server any more; freed records are named by nobody in either image',
    changes: (previous, next) => [
      ...goneKeys('calling_servers', previous, next),
      ...newEntries('real_servers', previous, next, isRemoved),
      ...goneEntries('real_servers', previous, next),
      ...forgottenHops(previous, next, (number) => !next.arrays.real_servers.has(number)),
      ...goneEntries('service_records', previous, next),
    ],
  },
  {
    reason: 'rates begin anew once what passed before is noted down',
    changes: newEstimates,
  },
  {
    reason: 'no packet asks for these',
    changes: (previous, next) => [
      ...newEntries('total_records', previous, next),
      ...newEntries('sync_daemons', previous, next),
      ...goneEntries('sync_daemons', previous, next),
    ],
  },
  {
    reason:
      'nothing outside narrower bounds is used any more, and new rules that mark packets find their services there',
    changes: (previous, next) => changedSettings(boundingBoth(previous.settings, next.settings), next.settings),
  },
];

/** The writes that make `previous` into `next`, in an order in which they may stop after any of them. */
export function diff(previous: Image, next: Image): Change[] {
  return STEPS.flatMap((step) => [...step.changes(previous, next)]);
}

function changedSettings(previous: Uint8Array, next: Uint8Array): Change[] {
  if (isSameBytes(previous, next)) return [];
  return [{ kind: 'set', map: '.data.settings', key: 0, value: next }];
}

function* newEntries(
  map: ArrayName,
  previous: Image,
  next: Image,
  isWanted: (value: Uint8Array) => boolean = () => true,
): Iterable<Setting & { readonly key: number }> {
  for (const key of changesOver(previous.arrays[map], next.arrays[map]) ?? next.arrays[map].keys()) {
    const before = previous.arrays[map].get(key);
    const value = next.arrays[map].get(key);
    if (!value || (before && isSameBytes(before, value))) continue;
    if (isWanted(value)) yield { kind: 'set', map, key, value };
  }
}

/** An image made from the previous one knows where it differs. */
function changesOver(previous: Entries, next: Entries): Iterable<number> | undefined {
  return next instanceof Overlay && next.base === previous ? next.changes() : undefined;
}

function* lostKeys(previous: Entries, next: Entries): Iterable<number> {
  for (const key of changesOver(previous, next) ?? previous.keys()) if (previous.has(key) && !next.has(key)) yield key;
}

/** Records that end are zeroed; entries of lists just stay where nobody looks. */
function* goneEntries(
  map: 'real_servers' | 'service_records' | 'sync_daemons',
  previous: Image,
  next: Image,
): Iterable<Change> {
  for (const key of lostKeys(previous.arrays[map], next.arrays[map]))
    yield { kind: 'set', map, key, value: new Uint8Array(MAPS[map].valueSize) };
}

/** The next holder of a freed number has another way, and its first connections may come within the second that one is believed. */
function* forgottenHops(previous: Image, next: Image, isWanted: (number: number) => boolean): Iterable<Change> {
  const [before, after] = [previous.arrays.real_servers, next.arrays.real_servers];
  for (const key of changesOver(before, after) ?? before.keys()) {
    if (!before.has(key) || !isWanted(key)) continue;
    yield { kind: 'set', map: 'next_hops', key, value: new Uint8Array(MAPS.next_hops.valueSize) };
  }
}

/** Whose counts begin anew has no rate yet: the averages of whom -Z zeroes, or who held the number before, end. */
function* newEstimates(previous: Image, next: Image): Iterable<Change> {
  for (const { key, value } of newEntries('server_records', previous, next)) {
    const { zeroed } = serverRecordCodec.decode(value);
    if (isSameBytes(value, NEVER_COUNTED)) continue;
    yield { kind: 'set', map: 'estimates', key, value: estimateCodec.encode(estimateFrom(zeroed)) };
  }
}

const NEVER_COUNTED = new Uint8Array(serverRecordCodec.size);

function estimateFrom({ connections, inPackets, outPackets, inBytes, outBytes }: ServerRecord['zeroed']): Estimate {
  return {
    lastConnections: connections,
    lastInPackets: inPackets,
    lastOutPackets: outPackets,
    lastInBytes: inBytes,
    lastOutBytes: outBytes,
    connectionRate: 0n,
    inPacketRate: 0n,
    outPacketRate: 0n,
    inByteRate: 0n,
    outByteRate: 0n,
  };
}

/** Hashes, and what images call them. */
const HASHES = { services: 'services', calling_servers: 'callingServers' } as const;
type HashName = keyof typeof HASHES;

function* newKeys(map: HashName, previous: Image, next: Image): Iterable<Change> {
  for (const [key, value] of next[HASHES[map]]) {
    const before = previous[HASHES[map]].get(key);
    if (before && isSameBytes(before, value)) continue;
    yield { kind: 'set', map, key: keyBytes(key), value };
  }
}

function* goneKeys(map: HashName, previous: Image, next: Image): Iterable<Change> {
  for (const key of previous[HASHES[map]].keys())
    if (!next[HASHES[map]].has(key)) yield { kind: 'delete', map, key: keyBytes(key) };
}

/** Its number was freed and given out again by one command. */
function isOfAnother(number: number, previous: Image, next: Image): boolean {
  const [before, after] = [previous, next].map((image) => image.arrays.real_servers.get(number));
  return before !== undefined && after !== undefined && !isSameBytes(addressIn(before), addressIn(after));
}

function addressIn(bytes: Uint8Array): Uint8Array {
  const start = realServerCodec.offsets.address;
  return bytes.subarray(start, start + ADDRESS_SIZE);
}

function isRemoved(bytes: Uint8Array): boolean {
  return (bytes[realServerCodec.offsets.flags]! & REAL_SERVER_DELETED) !== 0;
}
