// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const MODULE = join(import.meta.dirname, '../src/end_process.js');

type Child = ChildProcessByStdio<null, Readable, null>;

/** A module's text in a process of its own. */
function start(text: string): Child {
  const source = `import { endProcess, endWithTheReader } from ${JSON.stringify(MODULE)};\n${text}`;
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function exitCodeOf(child: Child): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('a process ends though Node would go on', { timeout: 20_000 }, async () => {
  const child = start('setInterval(() => undefined, 1000); await endProcess(3);');
  assert.equal(await exitCodeOf(child), 3);
});

test('all that was said is written first, however slowly it is read', { timeout: 20_000 }, async () => {
  const child = start("process.stdout.write('x'.repeat(3_000_000)); await endProcess(0);");
  const exited = exitCodeOf(child);
  await sleep(300);
  assert.equal((await buffer(child.stdout)).length, 3_000_000);
  assert.equal(await exited, 0);
});

test('a reader that has read enough ends the writer as SIGPIPE would', { timeout: 20_000 }, async () => {
  const child = start("endWithTheReader(); process.stdout.write('x'.repeat(3_000_000)); await endProcess(0);");
  const exited = exitCodeOf(child);
  await once(child.stdout, 'readable');
  child.stdout.destroy();
  assert.equal(await exited, 141);
});
