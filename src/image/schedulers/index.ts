// SPDX-License-Identifier: Apache-2.0
import type { Scheduler as SchedulerName } from '../../model/types.js';
import { SchedulerNotSupported } from '../errors.js';
import { roundRobin } from './round_robin.js';
import type { Scheduler } from './scheduler.js';
import { weightedRoundRobin } from './weighted_round_robin.js';

const SCHEDULERS: Partial<Record<SchedulerName, Scheduler>> = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
};

export function schedulerNamed(name: SchedulerName): Scheduler {
  const scheduler = SCHEDULERS[name];
  if (!scheduler) throw new SchedulerNotSupported(name);
  return scheduler;
}
