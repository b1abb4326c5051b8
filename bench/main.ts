// SPDX-License-Identifier: Apache-2.0
/** make bench: three parts, a table of each, what was to be reached, and all figures as JSON. */
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

import { addon } from '../src/kernel/addon.js';
import { whyNoHosts } from '../test/support/hosts.js';
import { measureNanoseconds } from './nanoseconds/index.js';
import { measureCommands } from './commands/index.js';
import type { Options, Part } from './options.js';
import { USAGE, UsageError, parseOptions } from './options.js';
import { printCommands, printNanoseconds, printTargets, printThroughput } from './report.js';
import type { Target } from './targets.js';
import { commandsTargets, isReached, nanosecondsTargets, throughputTargets } from './targets.js';
import { whyNoPeers } from './throughput/peers.js';
import { measureThroughput } from './throughput/index.js';

const FAILED = 1;
const MISUSED = 2;

class NotHere extends Error {}

function checkMachine(parts: readonly Part[]): void {
  const why = whyNoHosts() ?? (parts.includes('throughput') ? whyNoPeers() : undefined);
  if (why !== undefined) throw new NotHere(`the benchmark ${why}: run it as root after \`make build\``);
  if (!addon.hasBpfCapability()) throw new NotHere('the benchmark needs CAP_BPF and CAP_NET_ADMIN: run it as root');
}

async function run({ parts, isQuick, repetitions, only, json }: Options): Promise<void> {
  checkMachine(parts);
  const machine = {
    date: new Date().toISOString(),
    kernel: release(),
    cpu: cpus()[0]?.model ?? '',
    cpus: cpus().length,
  };
  const figures: Record<string, unknown> = { machine, repetitions };
  const targets: Target[] = [];
  if (parts.includes('nanoseconds')) {
    const size = isQuick
      ? { packets: 50_000, mostConnections: 100_000 }
      : { packets: 300_000, mostConnections: 1_000_000 };
    const nanoseconds = await measureNanoseconds({ ...size, repetitions, only: only?.source });
    process.stdout.write(`${printNanoseconds(nanoseconds)}\n`);
    figures['nanoseconds'] = nanoseconds;
    targets.push(...nanosecondsTargets(nanoseconds));
  }
  if (parts.includes('throughput')) {
    const size = isQuick
      ? { packets: 100_000, newFlows: 20_000, requests: 500 }
      : { packets: 300_000, newFlows: 30_000, requests: 4000 };
    const throughput = await measureThroughput({ ...size, repetitions });
    process.stdout.write(`${printThroughput(throughput)}\n`);
    figures['throughput'] = throughput;
    targets.push(...throughputTargets(throughput));
  }
  if (parts.includes('commands')) {
    const size = isQuick ? { services: 1000, connections: 100_000 } : { services: 10_000, connections: 1_000_000 };
    const commands = await measureCommands({ ...size, repetitions });
    process.stdout.write(`${printCommands(commands)}\n`);
    figures['commands'] = commands;
    if (!isQuick) targets.push(...commandsTargets(commands));
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
