// SPDX-License-Identifier: Apache-2.0
/** make fuzz FUZZ='--packets N --seed N [--only N]': mutated frames through the real object, each judged. */
import { parseArgs } from 'node:util';

import { Director } from '../test/support/director.js';
import { Fuzzer, ROUND } from '../test/support/fuzz/fuzzer.js';
import { CAPACITIES } from '../test/support/fuzz/scene.js';

const { values } = parseArgs({
  options: { packets: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});

function numberOf(name: 'packets' | 'seed' | 'only', otherwise: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a number, not ${text}`);
  return Number(text);
}

function report(fuzzer: Fuzzer, packets: number, seed: number, seconds: number): void {
  for (const [name, count] of [...fuzzer.tally].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(10)}  ${name}`);
  console.log(`${packets} mutated frames of seed ${seed} in ${seconds.toFixed(0)} s: all as it must be`);
}

function main(): void {
  const [packets, seed] = [numberOf('packets', 1_000_000), numberOf('seed', 1)];
  const director = new Director(CAPACITIES);
  const fuzzer = new Fuzzer(director, seed);
  if (values.only !== undefined) {
    const { frame, arm, said } = fuzzer.only(numberOf('only', 0));
    console.log(`${frame.toString('hex')} on ${arm}: ${said}`);
    return;
  }
  const begin = Date.now();
  for (let first = 0; first < packets; first += ROUND) {
    fuzzer.run(first, Math.min(packets, first + ROUND));
    if (process.stderr.isTTY) process.stderr.write(`\r${Math.min(packets, first + ROUND)}`);
  }
  report(fuzzer, packets, seed, (Date.now() - begin) / 1000);
}

try {
  main();
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
