// SPDX-License-Identifier: Apache-2.0
/** make bench BENCH='--quick --json figures.json' */
import { parseArgs } from 'node:util';

export const USAGE = `usage: make bench BENCH='[--part nanoseconds|throughput|commands] [--quick] [--repetitions N] [--only REGEX] [--json FILE]'
  --part         one of the three parts; all if absent
  --quick        3 repetitions, fewer packets, services and connections: to see that it works
  --repetitions  7 if absent
  --only         rows of the first part whose name or group matches; counts: what is counted
  --json         writes all figures there`;

export interface Options {
  readonly parts: readonly Part[];
  readonly isQuick: boolean;
  readonly repetitions: number;
  readonly only: RegExp | undefined;
  readonly json: string | undefined;
}

export const PARTS = ['nanoseconds', 'throughput', 'commands'] as const;
export type Part = (typeof PARTS)[number];

export class UsageError extends Error {}

export function parseOptions(argv: readonly string[]): Options {
  const { part, quick, repetitions, only, json } = parsed(argv);
  const isQuick = quick ?? false;
  const count = repetitions === undefined ? (isQuick ? 3 : 7) : Number(repetitions);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`--repetitions must be a number from 1, not ${repetitions}`);
  if (part !== undefined && !isPart(part)) throw new UsageError(`--part must be ${PARTS.join(', ')}, not ${part}`);
  return { parts: part === undefined ? PARTS : [part], isQuick, repetitions: count, only: expression(only), json };
}

function parsed(argv: readonly string[]) {
  const string = { type: 'string' } as const;
  try {
    const options = {
      part: string,
      quick: { type: 'boolean' },
      repetitions: string,
      only: string,
      json: string,
    } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isPart(text: string): text is Part {
  return (PARTS as readonly string[]).includes(text);
}

function expression(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (error) {
    throw new UsageError(`--only: ${(error as Error).message}`);
  }
}
