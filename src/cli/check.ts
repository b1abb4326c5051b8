// SPDX-License-Identifier: Apache-2.0
/** `xdpvs check`: why it runs and nothing arrives. */
import { check } from '../check/check.js';
import type { Finding } from '../check/finding.js';
import { gatherFacts } from '../check/gather/facts.js';
import type { State } from '../model/types.js';

const EXIT_NOTHING_FOUND = 0;
const EXIT_FINDINGS = 1;

export interface CheckOptions {
  readonly json: boolean;
}

/** Prints the findings, each with what mends it; resolves to the exit code. `out` takes a line without its end. */
export async function runCheck(state: State, { json }: CheckOptions, out: (line: string) => void): Promise<number> {
  const findings = check(await gatherFacts(state), state);
  if (json) out(JSON.stringify(findings, undefined, 2));
  else describe(findings, state).forEach((line) => out(line));
  return findings.length === 0 ? EXIT_NOTHING_FOUND : EXIT_FINDINGS;
}

function describe(findings: readonly Finding[], state: State): string[] {
  if (findings.length > 0)
    return findings.flatMap(({ severity, what, mend }) => [`${severity}: ${what}`, `    ${mend}`]);
  if (state.services.size === 0) return ['nothing found, and no virtual service to look after: xdpvsadm -A …'];
  return ['nothing found'];
}
