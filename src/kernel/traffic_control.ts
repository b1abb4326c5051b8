// SPDX-License-Identifier: Apache-2.0
/**
 * What XDP cannot do is done beside it, at the traffic control (clsact) of each attached interface: cut_oversize at ingress
 * makes many frames of one, send_fragments sends
 * packets that came in fragments, follow_local_reply at egress sees what the host itself sends. Best effort: where they are not, what
 * is too big is answered by ICMP, fragments are left to the host, and replies of a local real server of NAT go out untranslated.
 */
import { spawnSync } from 'node:child_process';

import type { Pins } from './pins.js';

const CUTTER = 'cut_oversize';
const SENDER = 'send_fragments';
const FOLLOWER = 'follow_local_reply';

/** Ours among the filters of others: a priority that nobody types by chance. */
const PLACES = { [CUTTER]: '19749', [SENDER]: '19750', [FOLLOWER]: '19749' } as const;
type Program = keyof typeof PLACES;

function placeOf(program: Program): string[] {
  return ['pref', PLACES[program], 'handle', '1', 'bpf'];
}

interface Filter {
  readonly pref?: number;
  readonly options?: { readonly prog?: { readonly name: string } };
}

/** Undefined: done. Otherwise why not, in words. */
export function addFilters(pins: Pins, name: string): string | undefined {
  const refusal = tc('qdisc', 'add', 'dev', name, 'clsact'); // also where there is one already
  if (refusal !== undefined && !hasClsact(name)) return refusal; // an ingress qdisc, say, would take egress for ingress
  const filter = (side: string, program: Program) =>
    tc('filter', 'replace', 'dev', name, side, ...placeOf(program), 'da', 'object-pinned', pins.program(program));
  // interfacesServed looks for the cutter alone, so the sender comes first.
  return filter('ingress', SENDER) ?? filter('ingress', CUTTER) ?? filter('egress', FOLLOWER);
}

/** The qdisc goes too, unless somebody else has filters there. */
export function removeFilters(name: string): void {
  for (const program of [CUTTER, SENDER] as const) tc('filter', 'delete', 'dev', name, 'ingress', ...placeOf(program));
  tc('filter', 'delete', 'dev', name, 'egress', ...placeOf(FOLLOWER));
  const left = shown([`${name} ingress`, `${name} egress`]).flat();
  if (left.length === 0 && hasClsact(name)) tc('qdisc', 'delete', 'dev', name, 'clsact');
}

/** Those of the interfaces that have the cutter, and so the sender too. */
export function interfacesServed(names: readonly string[]): Set<string> {
  const filters = shown(names.map((name) => `${name} ingress`));
  const cuts = (index: number): boolean =>
    (filters[index] ?? []).some(({ options }) => options?.prog?.name === CUTTER.slice(0, 15));
  return new Set(names.filter((_, index) => cuts(index)));
}

/** The filters at each place, `eth0 ingress`: a batch prints one array for each. */
function shown(places: readonly string[]): Filter[][] {
  if (places.length === 0) return [];
  const { stdout } = spawnSync('tc', ['-j', '-batch', '-'], {
    input: places.map((place) => `filter show dev ${place}\n`).join(''),
    encoding: 'utf8',
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as Filter[]);
}

function hasClsact(name: string): boolean {
  const { stdout } = spawnSync('tc', ['qdisc', 'show', 'dev', name], { encoding: 'utf8' });
  return /^qdisc clsact /m.test(stdout ?? '');
}

function tc(...args: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync('tc', args, { encoding: 'utf8' });
  if (error) return 'tc is not installed (apt install iproute2)';
  return status === 0 ? undefined : `tc: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}
