// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { LockBusy } from '../../src/kernel/errors.js';
import { withLock } from '../../src/kernel/lock.js';
import { enterLaboratory, needsRoot } from './namespace.js';

const LOCK = pathToFileURL(join(import.meta.dirname, '../../src/kernel/lock.js')).href;

/** Holds the lock of this network namespace, says so, and lets go when its input ends. */
const HOLDER = `
  import { withLock } from '${LOCK}';
  import { readSync } from 'node:fs';
  withLock(() => {
    process.stdout.write('held');
    try { readSync(0, Buffer.alloc(1)); } catch {}
  });
`;

async function startHolder() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the lock', { skip: needsRoot }, () => {
  before(() => void enterLaboratory());

  test('keeps another process out, and says who to look for', async () => {
    const holder = await startHolder();
    const started = performance.now();
    assert.throws(
      () => withLock(() => assert.fail('both are in'), 200),
      (error) => {
        assert.ok(error instanceof LockBusy);
        assert.match(error.message, /another xdpvs command has held \S+\.lock for 0\.2 s/);
        assert.equal(error.exitCode, 75);
        return true;
      },
    );
    assert.ok(performance.now() - started >= 190);
    holder.stdin.end();
    assert.deepEqual(await once(holder, 'exit'), [0, null]);
    assert.equal(
      withLock(() => 'in', 200),
      'in',
    );
  });

  test('is waited for', async () => {
    const holder = await startHolder();
    const killer = spawn('sh', ['-c', `sleep 0.3; kill ${holder.pid}`]);
    const started = performance.now();
    assert.equal(
      withLock(() => 'in', 5000),
      'in',
    );
    assert.ok(performance.now() - started >= 200);
    await once(killer, 'exit');
  });

  test('of a process that was killed is free', async () => {
    const holder = await startHolder();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal(
      withLock(() => 'in', 0),
      'in',
    );
  });

  test('may be taken again by what runs under it, and is given back after an error', async () => {
    assert.throws(
      () =>
        withLock(
          () =>
            withLock(() => {
              throw new Error('within');
            }, 0),
          0,
        ),
      /within/,
    );
    const holder = await startHolder();
    holder.stdin.end();
    assert.deepEqual(await once(holder, 'exit'), [0, null]);
  });
});
