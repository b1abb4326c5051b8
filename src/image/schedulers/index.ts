// SPDX-License-Identifier: Apache-2.0
import type { Scheduler as SchedulerName } from '../../model/types.js';
import { destinationHash } from './destination_hash.js';
import { heaviestFirst } from './heaviest_first.js';
import { leastConnection, weightedLeastConnection } from './least_connection.js';
import { maglev } from './maglev.js';
import { roundRobin } from './round_robin.js';
import type { Scheduler } from './scheduler.js';
import { sourceHash } from './source_hash.js';
import { twoChoices } from './two_choices.js';
import { weightedRoundRobin } from './weighted_round_robin.js';

const SCHEDULERS: Readonly<Record<SchedulerName, Scheduler>> = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
  lc: leastConnection,
  wlc: weightedLeastConnection,
  sed: weightedLeastConnection,
  nq: weightedLeastConnection,
  lblc: weightedLeastConnection,
  lblcr: weightedLeastConnection,
  fo: heaviestFirst,
  ovf: heaviestFirst,
  dh: destinationHash,
  sh: sourceHash,
  mh: maglev,
  twos: twoChoices,
};

export function schedulerNamed(name: SchedulerName): Scheduler {
  return SCHEDULERS[name];
}
