// SPDX-License-Identifier: Apache-2.0
/**
 * The order of ipvsadm's listings. Its comparisons are differences of 32 bits that may wrap, and so contradict each
 * other; what comes out then depends on the order before and on how qsort(3) of the GNU C library merges. Both are kept.
 */
import type { Address, Protocol, RealServer, ServiceKey, VirtualService } from '../../model/types.js';

type Compare<Item> = (a: Item, b: Item) => number;

/** As IANA and Linux number them. */
const PROTOCOL: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };
const FAMILY = { 4: 2, 6: 10 } as const;

export function sortServices(services: Iterable<VirtualService>): VirtualService[] {
  const keyed = Array.from(services, (service) => ({ service, rank: rankOf(service.key) }));
  return mergeSort(keyed, (a, b) => compareWords(a.rank, b.rank)).map(({ service }) => service);
}

export function sortServers(servers: readonly RealServer[]): RealServer[] {
  const keyed = servers.map((server) => ({ server, words: wordsOf(server.address) }));
  return mergeSort(keyed, (a, b) => {
    // The first one's family decides how much of both is looked at.
    const count = a.server.address.family === 4 ? 1 : 4;
    return compareWords(a.words, b.words, count) || a.server.port - b.server.port;
  }).map(({ server }) => server);
}

function rankOf(key: ServiceKey): readonly number[] {
  if (key.kind === 'mark') return [key.mark, FAMILY[key.family], PROTOCOL.tcp, 0, 0, 0, 0, 0];
  return [0, FAMILY[key.address.family], PROTOCOL[key.protocol], ...wordsOf(key.address), key.port];
}

function wordsOf({ bytes }: Address): readonly number[] {
  const wordAt = (at: number) =>
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  return bytes.length === 4 ? [wordAt(0), 0, 0, 0] : [wordAt(0), wordAt(4), wordAt(8), wordAt(12)];
}

function compareWords(a: readonly number[], b: readonly number[], count = a.length): number {
  for (let index = 0; index < count; index++) {
    const difference = (a[index]! - (b[index] ?? 0)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

function mergeSort<Item>(items: readonly Item[], compare: Compare<Item>): Item[] {
  if (items.length < 2) return [...items];
  const half = Math.floor(items.length / 2);
  return merge(mergeSort(items.slice(0, half), compare), mergeSort(items.slice(half), compare), compare);
}

function merge<Item>(left: readonly Item[], right: readonly Item[], compare: Compare<Item>): Item[] {
  const merged: Item[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a, b] = [left[l] as Item, right[r] as Item];
    if (compare(a, b) <= 0) {
      merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
  }
  return [...merged, ...left.slice(l), ...right.slice(r)];
}
