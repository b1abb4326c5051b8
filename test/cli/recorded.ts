// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** What real ipvsadm 1.31 answered, on Linux 6.1. */
export interface Recorded {
  readonly suite: string;
  readonly name: string;
  readonly cmd: string;
  readonly out: string;
  readonly err: string;
  readonly rc: number;
}

export const RECORDED = JSON.parse(
  readFileSync(new URL('../../../../test/reference/cli.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** Suite by suite, but for the listings under traffic, which have no commands that led to them. */
export const SUITES: ReadonlyMap<string, readonly Recorded[]> = suitesOf(
  RECORDED.filter(({ suite }) => suite !== 'live'),
);

function suitesOf(recorded: readonly Recorded[]): Map<string, Recorded[]> {
  const suites = new Map<string, Recorded[]>();
  for (const each of recorded) suites.set(each.suite, [...(suites.get(each.suite) ?? []), each]);
  return suites;
}

export function liveOutput(name: string): string {
  const found = RECORDED.find((recorded) => recorded.suite === 'live' && recorded.name.endsWith(`-${name}`));
  if (!found) throw new Error(`no listing ${name} was recorded`);
  return found.out;
}
