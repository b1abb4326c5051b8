// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of IPVS's scheduling (seq-rr.tsv, hash-mh.tsv, ...: scenario, step, kind, detail, pick) ->
 * test/reference/sched.json, where steps of one kind are one line:
 *
 *     ipvsadm -a -t 10.9.0.1:80 -r 192.168.1.1:80 -g -w 1
 *     open tcp 10.9.0.1:80 10.1.1.10:20000=rs1 10.1.1.11:20001=none     SYN, ACK; to which real server each went
 *     open udp 10.9.0.1:80 10.1.1.10:20000=rs1
 *     close tcp 10.9.0.1:80 10.1.1.10:20000                             FIN
 *     reset tcp 10.9.0.1:80 10.1.1.10:20000                             RST
 *
 * A scenario is taken up to where it sleeps.
 *
 *     node build/js/tools/sched_reference.js seq-*.tsv hash-*.tsv > test/reference/sched.json
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly steps: string[];
}

const KINDS: Readonly<Record<string, string>> = {
  open: 'open tcp',
  syn: 'open tcp',
  udp: 'open udp',
  fin: 'close tcp',
  rst: 'reset tcp',
};

function scenariosOf(path: string): Scenario[] {
  const scenarios = new Map<string, Scenario>();
  const asleep = new Set<string>();
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const [name = '', , kind = '', detail = '', pick = ''] = line.split('\t');
    if (kind === 'sleep') asleep.add(name);
    if (name === '' || asleep.has(name)) continue;
    const scenario = scenarios.get(name) ?? { file: basename(path, '.tsv'), name, steps: [] };
    scenarios.set(name, scenario);
    take(scenario.steps, kind, detail, pick);
  }
  return [...scenarios.values()];
}

function take(steps: string[], kind: string, detail: string, pick: string): void {
  if (kind === 'cmd') return void steps.push(detail.trim());
  const what = KINDS[kind];
  if (what === undefined) return;
  const [client, virtual] = detail.split('>') as [string, string];
  const head = `${what} ${virtual}`;
  const entry = what.startsWith('open') ? `${client}=${pick.startsWith('icmp') ? 'none' : pick}` : client;
  if (steps.at(-1)?.startsWith(`${head} `)) steps.push(`${steps.pop()!} ${entry}`);
  else steps.push(`${head} ${entry}`);
}

console.log(JSON.stringify(process.argv.slice(2).flatMap(scenariosOf), undefined, 1));
