// SPDX-License-Identifier: Apache-2.0
/** Facts and services in, findings out. Pure. */
import type { State } from '../model/types.js';
import type { Facts } from './facts.js';
import type { Finding } from './finding.js';
import { RULES } from './rules/index.js';
import { listServices } from './services.js';

/** Faults before cautions, else in the order of a packet's way. */
export function check(facts: Facts, state: State): Finding[] {
  const services = listServices(state);
  const findings = RULES.flatMap((rule) => rule(facts, services));
  return [
    ...findings.filter(({ severity }) => severity === 'fault'),
    ...findings.filter(({ severity }) => severity === 'caution'),
  ];
}
