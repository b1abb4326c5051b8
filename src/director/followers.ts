// SPDX-License-Identifier: Apache-2.0
/** What the host does for the real servers of a state: keeps their next hops resolved, knows which are itself. */
import { noteLocal } from '../kernel/local_addresses.js';
import type { Maps } from '../kernel/maps.js';
import { keepResolved, release } from '../kernel/neighbours.js';
import { formatAddress } from '../model/address.js';
import type { State, VirtualService } from '../model/types.js';

/** Addresses of real servers, as text. */
export interface Moved {
  readonly came: readonly string[];
  readonly went: readonly string[];
  /** All that are there now; asked for only when some went. */
  readonly kept: readonly string[];
}

/** Only services that are not the same object are looked at, unless a real server went: another service may have it too. */
export function movedBetween(before: State, after: State): Moved {
  const had = addressesOf(differing(before, after));
  const has = addressesOf(differing(after, before));
  const came = [...has].filter((address) => !had.has(address));
  const left = [...had].filter((address) => !has.has(address));
  if (left.length === 0) return { came, went: [], kept: [] };
  const kept = addressesOf([...after.services.values()]);
  return { came, went: left.filter((address) => !kept.has(address)), kept: [...kept] };
}

export function followRealServers(maps: Maps, { came, went, kept }: Moved): void {
  noteLocal(maps, came);
  if (came.length > 0) keepResolved(came);
  if (went.length > 0) release(went, kept);
}

/** The services of `one` that `other` has not. */
function differing(one: State, other: State): VirtualService[] {
  return [...one.services].filter(([id, service]) => other.services.get(id) !== service).map(([, service]) => service);
}

function addressesOf(services: readonly VirtualService[]): Set<string> {
  const servers = services.flatMap((service) => service.realServers);
  return new Set(servers.map((server) => formatAddress(server.address)));
}
