// SPDX-License-Identifier: Apache-2.0
/** make bench: both parts, a table of each, what was to be reached, and all figures as JSON. */
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

import { addon } from '../src/kernel/addon.js';
import { whyNoHosts } from '../test/support/hosts.js';
import { measureNanoseconds } from './nanoseconds/index.js';
import type { Options } from './options.js';
import { USAGE, UsageError, parseOptions } from './options.js';
import { printNanoseconds, printTargets } from './report.js';
import type { Target } from './targets.js';
import { isReached, nanosecondsTargets } from './targets.js';

const FAILED = 1;
const MISUSED = 2;

class NotHere extends Error {}

function checkMachine(): void {
  const why = whyNoHosts();
  if (why !== undefined) throw new NotHere(`the benchmark ${why}: run it as root after \`make build\``);
  if (!addon.hasBpfCapability()) throw new NotHere('the benchmark needs CAP_BPF and CAP_NET_ADMIN: run it as root');
}

async function run({ parts, isQuick, repetitions, only, json }: Options): Promise<void> {
  checkMachine();
  const machine = { date: new Date().toISOString(), kernel: release(), cpu: cpus()[0]?.model ?? '', cpus: cpus().length };
  const figures: Record<string, unknown> = { machine, repetitions };
  const targets: Target[] = [];
  if (parts.includes('nanoseconds')) {
    const size = isQuick ? { packets: 50_000, mostConnections: 100_000 } : { packets: 300_000, mostConnections: 1_000_000 };
    const nanoseconds = await measureNanoseconds({ ...size, repetitions, only: only?.source });
    process.stdout.write(`${printNanoseconds(nanoseconds)}\n`);
    figures['nanoseconds'] = nanoseconds;
    targets.push(...nanosecondsTargets(nanoseconds));
  }
  process.stdout.write(printTargets(targets));
  figures['targets'] = targets.map((target) => ({ ...target, isReached: isReached(target) ?? null }));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
}

try {
  await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`bench: ${error.message}\n${USAGE}\n`);
  else if (error instanceof NotHere) process.stderr.write(`bench: ${error.message}\n`);
  else process.stderr.write(`bench: ${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = error instanceof UsageError ? MISUSED : FAILED;
}
