// SPDX-License-Identifier: Apache-2.0
import type { Member, VirtualService as ServiceValue } from '../abi/generated.js';
import type { Scheduler as SchedulerName } from '../model/types.js';
import { schedulerNamed } from './schedulers/index.js';
import type { Candidate, Mark, Scheduler } from './schedulers/scheduler.js';
import type { Cursor } from './snapshot.js';
import { SCHEDULER } from './words.js';

/** Where a service's scheduling stands. */
export interface Standing {
  readonly mark: Mark;
  /** Of the cursor, at the first position of the cycle; the order goes on from where the mark is in it. */
  readonly origin: bigint;
}

/** A service as the image before has it. */
export interface Before {
  readonly value: ServiceValue;
  readonly members: readonly Member[];
}

export interface Change {
  readonly scheduler: SchedulerName;
  readonly members: readonly Candidate[];
  /** A command named a real server of it. */
  readonly isTouched: boolean;
  readonly cursor: Cursor;
}

/** A service that was not there begins with no real servers, which are then added one by one. */
export function firstStanding({ scheduler: name, members, cursor }: Change): Standing {
  const scheduler = schedulerNamed(name);
  return standingAt(scheduler, members, scheduler.change(scheduler.start([]), [], members), cursor);
}

export function nextStanding({ value, members: before }: Before, change: Change): Standing {
  const scheduler = schedulerNamed(change.scheduler);
  if (SCHEDULER.word(value.scheduler) !== change.scheduler) {
    return standingAt(scheduler, change.members, scheduler.start(change.members), change.cursor);
  }
  const written: Standing = {
    mark: { pointer: value.pointer, currentWeight: value.currentWeight },
    origin: value.origin,
  };
  if (!change.isTouched || scheduler.isUnaffected(before, change.members)) return written;

  const now = markReached(scheduler, before, written, change.cursor);
  return standingAt(scheduler, change.members, scheduler.change(now, before, change.members), change.cursor);
}

function standingAt(scheduler: Scheduler, members: readonly Candidate[], mark: Mark, { position }: Cursor): Standing {
  return { mark, origin: BigInt.asUintN(64, position - BigInt(scheduler.position(members, mark))) };
}

function markReached(
  scheduler: Scheduler,
  members: readonly Candidate[],
  { mark, origin }: Standing,
  { position, restarted }: Cursor,
): Mark {
  const picks = BigInt.asUintN(64, position - origin - BigInt(scheduler.position(members, mark)));
  if (picks > 0n && position === restarted) return scheduler.start(members);
  return scheduler.advance(members, mark, picks);
}
