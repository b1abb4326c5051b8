// SPDX-License-Identifier: Apache-2.0
import { SCHEDULERS } from './types.js';
import type { Scheduler } from './types.js';

export function isScheduler(name: string): name is Scheduler {
  return (SCHEDULERS as readonly string[]).includes(name);
}

/** IPVS of Linux 6.1 in Debian, whose answers are recorded, has no module for the one that Linux 5.13 brought. */
export function isSchedulerOfDebian(name: string): boolean {
  return isScheduler(name) && name !== 'twos';
}

const PERSISTENCE_ENGINES: ReadonlySet<string> = new Set(['sip']);

export function isPersistenceEngine(name: string): boolean {
  return PERSISTENCE_ENGINES.has(name);
}
