// SPDX-License-Identifier: Apache-2.0
import type { Member, VirtualService as ServiceValue } from '../abi/generated.js';
import type { Scheduler as SchedulerName } from '../model/types.js';
import { schedulerNamed } from './schedulers/index.js';
import type { Candidate, Mark } from './schedulers/scheduler.js';
import { SCHEDULER } from './words.js';

/** Where a service's scheduling stands: its order begins at `mark`, which the cursor reached at `origin`. */
export interface Standing {
  readonly mark: Mark;
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
  /** Picks that the service's number has seen. */
  readonly cursor: bigint;
}

/** A service that was not there begins with no real servers, which are then added one by one. */
export function firstStanding({ scheduler: name, members, cursor }: Change): Standing {
  const scheduler = schedulerNamed(name);
  return { mark: scheduler.change(scheduler.start([]), [], members), origin: cursor };
}

export function nextStanding({ value, members: before }: Before, change: Change): Standing {
  const scheduler = schedulerNamed(change.scheduler);
  if (SCHEDULER.word(value.scheduler) !== change.scheduler) {
    return { mark: scheduler.start(change.members), origin: change.cursor };
  }
  const written: Standing = {
    mark: { pointer: value.pointer, currentWeight: value.currentWeight },
    origin: value.origin,
  };
  if (!change.isTouched || scheduler.isUnaffected(before, change.members)) return written;

  const picks = BigInt.asUintN(64, change.cursor - value.origin);
  const now = scheduler.advance(before, written.mark, picks);
  return { mark: scheduler.change(now, before, change.members), origin: change.cursor };
}
