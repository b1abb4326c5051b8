// SPDX-License-Identifier: Apache-2.0
import { memberCodec } from '../abi/generated.js';
import type { Member } from '../abi/generated.js';
import type { State } from '../model/types.js';
import { changedServices } from './changed.js';
import { concernsOf } from './concerns.js';
import type { ChangedService } from './changed.js';
import { decompile } from './decompile.js';
import { draftOf } from './draft.js';
import type { Draft } from './draft.js';
import { numberAt } from './image.js';
import type { Image } from './image.js';
import { placeRules } from './marks.js';
import { memberOf, publish } from './publication.js';
import type { Ground } from './publication.js';
import { reachOf } from './reach.js';
import { roomsIn } from './rooms.js';
import { ServerBook } from './server_book.js';
import { ServiceBook } from './service_book.js';
import { keyFieldsOf, serviceKeyText } from './service_key.js';
import { concernsIn, inForce, settingsWith } from './settings.js';
import type { Snapshot } from './snapshot.js';
import { firstStanding, nextStanding } from './standing.js';
import type { Standing } from './standing.js';
import { withdraw } from './withdraw.js';
import type { Earlier } from './withdraw.js';

/**
 * The image that has the maps say `state`, made from the one they hold, so that numbers stay with whom connections know by
 * them, lists that do not change stay where they are, and scheduling goes on from where it stands.
 *
 * `from`: the very object that `decompile` gave for the snapshot's image and from which commands made `state`. With it, what
 * is the same object is not looked at again, and a command that names a real server without changing it is noticed, as IPVS
 * notices it. Without it (a state from elsewhere), services are compared by what they say.
 *
 * @throws CapacityExceeded
 */
export function compile(state: State, snapshot: Snapshot, from?: State): Image {
  const { image, hz } = snapshot;
  const changed = changedServices(from ?? decompile(image, hz), state, from !== undefined);
  const draft = draftOf(image);
  const earlier = withdraw(draft, image, keysToWithdraw(image, state, changed));
  const books: Books = { services: new ServiceBook(snapshot), servers: new ServerBook(snapshot) };
  sweep(books, draft, image, changed);

  const ground: Ground = { image, rooms: roomsIn(snapshot) };
  for (const change of changed) {
    const before = earlier.get(change.key);
    const numbered = numberService(books, change, before);
    const standing = standingOf(change, numbered, before, snapshot);
    publish(draft, ground, { ...change, ...numbered, standing }, before?.segments);
  }
  books.services.saveTo(draft);
  books.servers.saveTo(draft);
  const rules = placeRules(draft, state.marks ?? [], snapshot);
  draft.settings = settingsWith(image.settings, state, hz, {
    serversInUse: books.servers.bound(),
    concerns: concernsOf(
      [...draft.services.keys()],
      draft.arrays.real_servers,
      state.marks,
      concernsIn(image.settings),
    ),
    flags: reachOf(draft.services.keys(), rules.count),
    markRules: inForce(rules),
  });
  return draft;
}

function keysToWithdraw(image: Image, state: State, changed: readonly ChangedService[]): string[] {
  const kept = new Set(Array.from(state.services.values(), (service) => serviceKeyText(service.key)));
  const gone = [...image.services.keys()].filter((key) => !kept.has(key));
  return [...gone, ...changed.map((change) => change.key)];
}

interface Books {
  readonly services: ServiceBook;
  readonly servers: ServerBook;
}

/** Whoever is no longer named gives up its number, or a step towards it, before numbers are given out. */
function sweep({ services, servers }: Books, draft: Draft, image: Image, changed: readonly ChangedService[]): void {
  const { realServer } = memberCodec.offsets;
  const members = new Set(Array.from(draft.arrays.members.values(), (bytes) => numberAt(bytes, realServer)));
  for (const { key, service } of changed) {
    const number = services.find(key);
    if (number === undefined) continue;
    for (const server of service.realServers) members.add(servers.find(number, server) ?? -1);
  }
  servers.sweep(
    (number) => members.has(number),
    (service, traffic) => services.carry(service, traffic),
  );

  const wanted = new Set(changed.map((change) => change.key));
  services.free((number, key) => image.services.has(key) || wanted.has(key) || servers.isAnyOf(number));
}

interface Numbered {
  readonly number: number;
  readonly members: readonly Member[];
}

function numberService(
  { services, servers }: Books,
  { key, service }: ChangedService,
  before: Earlier | undefined,
): Numbered {
  const known = services.find(key);
  const number = known ?? services.open(key);
  if (known !== undefined && !before) {
    services.reopen(number, servers.trafficOf(number));
    for (const server of servers.ofService(number)) servers.zero(server);
  }
  const knownMembers = new Map(before?.members.map((member) => [member.realServer, member]));
  const members = service.realServers.map((server) => {
    const given = servers.write(number, keyFieldsOf(service.key), server);
    if (given.isNew) services.disclaim(number, servers.snapshot.traffic(given.number));
    return memberOf(given.number, server, given.calm, knownMembers.get(given.number));
  });
  return { number, members };
}

function standingOf(
  { service, isServersTouched }: ChangedService,
  { number, members }: Numbered,
  before: Earlier | undefined,
  snapshot: Snapshot,
): Standing {
  const cursor = snapshot.cursor(number);
  const change = { scheduler: service.scheduler, members, isTouched: isServersTouched, cursor };
  return before ? nextStanding(before, change) : firstStanding(change);
}
