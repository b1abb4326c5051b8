// SPDX-License-Identifier: Apache-2.0
/** The folder that stands for /proc. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import type { Connection } from '../../../src/observe/connections.js';
import { keepProc } from '../../../src/cli/proc/keep.js';
import { linkRest } from '../../../src/cli/proc/links.js';
import { procCommand } from '../../../src/cli/proc_command.js';
import { fakeSource, ipv4 } from '../../observe/fake_source.js';

const FILES = ['ip_vs', 'ip_vs_conn', 'ip_vs_stats', 'ip_vs_stats_percpu'];

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'xdpvs-proc-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function type(dir: string, source = fakeSource({}), links = false) {
  const err: string[] = [];
  const say = { out: () => assert.fail('nothing is to be said'), err: (line: string) => void err.push(line) };
  return { code: await procCommand(source, { dir, links }, say), err };
}

const CONNECTION: Connection = {
  protocol: 6,
  state: 'ESTABLISHED',
  secondsLeft: 9,
  client: { address: ipv4(198, 51, 100, 7), port: 1 },
  virtual: { address: ipv4(192, 0, 2, 80), port: 2 },
  real: { address: ipv4(10, 0, 0, 1), port: 3 },
  isTemplate: false,
  mark: 0,
};

test('four files in a folder that is made, and nothing beside them', async (t) => {
  const dir = join(scratch(t), 'deep', 'proc');
  assert.deepEqual(await type(dir), { code: 0, err: [] });
  assert.deepEqual(readdirSync(join(dir, 'net')).sort(), FILES);
});

test('more connections than are written at once', async (t) => {
  const dir = scratch(t);
  const many = new Array<Connection>(10_000).fill(CONNECTION);
  assert.equal((await type(dir, fakeSource({ listConnections: () => many }))).code, 0);
  const rows = readFileSync(join(dir, 'net/ip_vs_conn'), 'utf8').split('\n');
  assert.equal(rows.length, 1 + 10_000 + 1);
  assert.equal(rows[10_000], 'TCP C6336407 0001 C0000250 0002 0A000001 0003 ESTABLISHED       9');
});

test('--links makes it whole: /proc as anybody sees it, with our files in its place', async (t) => {
  const dir = scratch(t);
  assert.equal((await type(dir, fakeSource({}), true)).code, 0);
  linkRest(dir); // once more is no harm
  assert.equal(readFileSync(join(dir, 'version'), 'utf8'), readFileSync('/proc/version', 'utf8'));
  assert.match(readFileSync(join(dir, 'net/dev'), 'utf8'), /lo:/);
  assert.ok(lstatSync(join(dir, 'net/ip_vs')).isFile());
  assert.ok(existsSync(join(dir, 'stat')));
});

test('where it cannot be written, one line says so', async (t) => {
  const file = join(scratch(t), 'file');
  writeFileSync(file, '');
  assert.deepEqual(await type(file), {
    code: 1,
    err: [`xdpvs proc: cannot write to ${file}: a file stands in the way; give a folder`],
  });
  assert.deepEqual(await type('/proc/nowhere'), {
    code: 1,
    err: ['xdpvs proc: cannot write to /proc/nowhere: no folder can be made there; give one that can be written to'],
  });
});

test('without a director there is nothing to write', async (t) => {
  const dir = scratch(t);
  const { code, err } = await type(dir, fakeSource(undefined));
  assert.equal(code, 69);
  assert.match(err.join(), /^xdpvs proc: no director in this network namespace/);
  assert.deepEqual(readdirSync(dir), []);
});

test('kept: written while there is a director, gone when it ends', async (t) => {
  const dir = scratch(t);
  const end = new AbortController();
  const told: (string | undefined)[] = [];
  const kept = keepProc(dir, fakeSource({}), (failure) => void told.push(failure), end.signal);
  while (!existsSync(join(dir, 'net/ip_vs_conn'))) await pause(5);
  end.abort();
  await kept;
  assert.deepEqual(readdirSync(join(dir, 'net')), []);
  assert.deepEqual(told, [undefined, undefined]);
});

test('kept: what goes wrong is told, and does not end it', async (t) => {
  const file = join(scratch(t), 'file');
  writeFileSync(file, '');
  const end = new AbortController();
  const told: (string | undefined)[] = [];
  const kept = keepProc(file, fakeSource({}), (failure) => void told.push(failure), end.signal);
  while (told.length === 0) await pause(5);
  end.abort();
  await kept;
  assert.match(told[0] ?? '', /a file stands in the way/);
});
