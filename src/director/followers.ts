// SPDX-License-Identifier: Apache-2.0
/** What the host does for the real servers of a state: keeps their next hops resolved, knows which are itself. */
import { noteLocal } from '../kernel/local_addresses.js';
import type { Maps } from '../kernel/maps.js';
import { keepResolved, release } from '../kernel/neighbours.js';
import { formatAddress } from '../model/address.js';
import type { State } from '../model/types.js';
import type { Changed } from './change.js';

export function followRealServers(maps: Maps, { before, after }: Changed): void {
  const had = addressesOf(before);
  const has = addressesOf(after);
  const came = [...has].filter((address) => !had.has(address));
  const went = [...had].filter((address) => !has.has(address));
  noteLocal(maps, came);
  if (came.length > 0) keepResolved(came);
  if (went.length > 0) release(went, [...has]);
}

function addressesOf(state: State): Set<string> {
  const servers = [...state.services.values()].flatMap((service) => service.realServers);
  return new Set(servers.map((server) => formatAddress(server.address)));
}
