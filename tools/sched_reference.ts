// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of IPVS's scheduling (seq-rr.tsv, ...: scenario, step, kind, detail, pick) -> test/reference/sched.json: the
 * commands and the picks, without what closes connections, which rr and wrr do not look at.
 *
 *     node build/js/tools/sched_reference.js seq-rr.tsv seq-wrr.tsv > test/reference/sched.json
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

interface Scenario {
  readonly scheduler: string;
  readonly name: string;
  readonly steps: string[];
}

function scenariosOf(path: string): Scenario[] {
  const scheduler = basename(path, '.tsv').replace(/^seq-/, '');
  const scenarios = new Map<string, Scenario>();
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const [name, , kind, detail, pick] = line.split('\t');
    const step = stepOf(kind, detail, pick);
    if (!name || !step) continue;
    const scenario = scenarios.get(name) ?? { scheduler, name, steps: [] };
    scenarios.set(name, scenario);
    scenario.steps.push(step);
  }
  return [...scenarios.values()];
}

function stepOf(kind: string | undefined, detail = '', pick = ''): string | undefined {
  if (kind === 'cmd') return detail.trim();
  if (kind !== 'open' && kind !== 'udp') return undefined;
  const virtual = detail.slice(detail.indexOf('>') + 1);
  return `open ${kind === 'udp' ? 'udp' : 'tcp'} ${virtual} ${pick.startsWith('icmp') ? 'none' : pick}`;
}

console.log(JSON.stringify(process.argv.slice(2).flatMap(scenariosOf), undefined, 1));
