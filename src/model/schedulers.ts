// SPDX-License-Identifier: Apache-2.0
import { SCHEDULERS } from './types.js';
import type { Scheduler } from './types.js';

/** As IPVS of Linux 6.1 in Debian, whose answers are recorded, has no module for it. */
const WITHOUT_MODULE: ReadonlySet<string> = new Set<Scheduler>(['twos']);

export function isScheduler(name: string): name is Scheduler {
  return (SCHEDULERS as readonly string[]).includes(name) && !WITHOUT_MODULE.has(name);
}

const PERSISTENCE_ENGINES: ReadonlySet<string> = new Set(['sip']);

export function isPersistenceEngine(name: string): boolean {
  return PERSISTENCE_ENGINES.has(name);
}
