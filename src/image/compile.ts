// SPDX-License-Identifier: Apache-2.0
import { SETTING_CALLING } from '../abi/generated.js';
import type { Member } from '../abi/generated.js';
import type { State } from '../model/types.js';
import { callingServersOf } from './calling.js';
import { changedServices } from './changed.js';
import { concernsOf, familiesOf, join } from './concerns.js';
import type { ChangedService } from './changed.js';
import { decompile } from './decompile.js';
import { draftOf } from './draft.js';
import type { Draft } from './draft.js';
import type { Image } from './image.js';
import { placeRules } from './marks.js';
import { memberOf, publish } from './publication.js';
import type { Ground } from './publication.js';
import { reachOf } from './reach.js';
import { roomsIn } from './rooms.js';
import { ServerBook } from './server_book.js';
import { ServiceBook } from './service_book.js';
import { keyFieldsOf, serviceKeyText } from './service_key.js';
import { numberIn } from './service_value.js';
import { concernsIn, inForce, settingsWith } from './settings.js';
import type { Snapshot } from './snapshot.js';
import { firstStanding, nextStanding } from './standing.js';
import type { Standing } from './standing.js';
import { placeSyncDaemons } from './sync_daemons.js';
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
  const before = from ?? decompile(image, hz);
  const changed = changedServices(before, state, from !== undefined);
  const draft = draftOf(image);
  const earlier = withdraw(draft, image, keysToWithdraw(before, state, changed));
  const books: Books = { services: new ServiceBook(snapshot), servers: new ServerBook(snapshot) };
  sweep(books, draft, changed);

  const ground: Ground = { image, rooms: roomsIn(snapshot) };
  for (const change of changed) {
    const stood = earlier.get(change.key);
    const numbered = numberService(books, change, stood);
    const standing = standingOf(change, numbered, stood, snapshot);
    publish(draft, ground, { ...change, ...numbered, standing }, stood?.segments);
  }
  books.services.saveTo(draft);
  books.servers.saveTo(draft);
  placeSyncDaemons(draft, state.syncDaemons ?? {});
  draft.callingServers = callingServersOf(draft);
  const rules = placeRules(draft, state.marks ?? [], snapshot);
  draft.settings = settingsWith(image.settings, state, hz, {
    serversInUse: books.servers.bound(),
    concerns:
      hasLost(image, draft) || changesMarks(before, state, changed)
        ? concernsOf(draft.services.keys(), draft.arrays.real_servers.values(), state.marks, concernsIn(image.settings))
        : concernsWith(draft, image),
    flags: reachOf(draft.services.keys(), rules.count) | (draft.callingServers.size > 0 ? SETTING_CALLING : 0),
    markRules: inForce(rules),
  });
  return draft;
}

/** Whether anything that concerned the director before does so no longer; or nothing of a family did. */
function hasLost({ services, arrays }: Image, draft: Draft): boolean {
  if (familiesOf(services.keys()).size < familiesOf(draft.services.keys()).size) return true;
  if ([...services.keys()].some((key) => !draft.services.has(key))) return true;
  return [...draft.arrays.real_servers.changes()].some(
    (number) => arrays.real_servers.has(number) && !draft.arrays.real_servers.has(number),
  );
}

/** Whether other packets may be marked than before, or marks have services that had none. */
function changesMarks(before: State, state: State, changed: readonly ChangedService[]): boolean {
  return before.marks !== state.marks || changed.some(({ service }) => service.key.kind === 'mark');
}

/** What concerned the director before, and what is new: nearly every command only adds. */
function concernsWith({ services, arrays }: Draft, image: Image): readonly bigint[] {
  const keys = [...services.keys()].filter((key) => services.get(key) !== image.services.get(key));
  const changed = [...arrays.real_servers.changes()].flatMap((number) => arrays.real_servers.get(number) ?? []);
  const concerns = concernsIn(image.settings);
  return keys.length === 0
    ? concerns
    : join(concerns, concernsOf(keys, changed, [], concerns, familiesOf(services.keys())));
}

function keysToWithdraw(before: State, state: State, changed: readonly ChangedService[]): string[] {
  const keys = changed.map((change) => change.key);
  for (const [id, service] of before.services) if (!state.services.has(id)) keys.push(serviceKeyText(service.key));
  return keys;
}

interface Books {
  readonly services: ServiceBook;
  readonly servers: ServerBook;
}

/** Whoever is no longer named gives up its number, or a step towards it, before numbers are given out. */
function sweep({ services, servers }: Books, draft: Draft, changed: readonly ChangedService[]): void {
  const wanted = new Map<number, Set<number>>();
  for (const { key, service } of changed) {
    const number = services.find(key);
    if (number === undefined) continue;
    wanted.set(number, new Set(service.realServers.map((server) => servers.find(number, server) ?? NOBODY)));
  }
  const unchanged = new Set(Array.from(draft.services.values(), numberIn));
  servers.sweep({
    hasChanged: (service) => !unchanged.has(service),
    isMember: (number, service) => wanted.get(service)?.has(number) ?? false,
    onFree: (service, traffic) => services.carry(service, traffic),
  });

  const keys = new Set(changed.map((change) => change.key));
  services.free((number, key) => keys.has(key) || servers.isAnyOf(number));
}

const NOBODY = -1;

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
