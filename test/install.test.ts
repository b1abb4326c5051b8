// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const PROJECT = join(import.meta.dirname, '../../..');

/** What `make install` runs once everything is built. */
function install(environment: Readonly<Record<string, string>>): void {
  const env = { ...process.env, DESTDIR: '', IPVSADM: '', ...environment };
  const { status, stderr } = spawnSync('sh', ['tools/install.sh'], { cwd: PROJECT, env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

test('what is installed works from anywhere, under both names', (t) => {
  const prefix = mkdtempSync(join(tmpdir(), 'xdpvs-install-'));
  t.after(() => rmSync(prefix, { recursive: true }));
  install({ PREFIX: prefix, IPVSADM: '1' });
  const ours = ['xdpvs', 'xdpvsadm', 'xdpvsadm-restore', 'xdpvsadm-save'];
  const theirs = ['ipvsadm', 'ipvsadm-restore', 'ipvsadm-save'];
  assert.deepEqual(readdirSync(join(prefix, 'sbin')).sort(), [...theirs, ...ours].sort());
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  const run = (name: string, word: string) =>
    spawnSync(join(prefix, 'sbin', name), [word], { cwd: '/', encoding: 'utf8' });
  assert.equal(run('xdpvs', '--version').stdout, `${version}\n`);
  assert.match(run('ipvsadm', '--version').stdout, /ipvsadm v1\.31/);
  assert.match(run('xdpvsadm', '-A').stderr, /^You need to supply/);
});

test('commands leave V8 no other threads to wait for at their end, installed or not', (t) => {
  const prefix = mkdtempSync(join(tmpdir(), 'xdpvs-install-'));
  t.after(() => rmSync(prefix, { recursive: true }));
  install({ PREFIX: prefix });
  for (const folder of [join(prefix, 'sbin'), join(PROJECT, 'bin')])
    for (const name of readdirSync(folder))
      assert.match(
        readFileSync(join(folder, name), 'utf8'),
        /^exec node --no-warnings --single-threaded-gc --no-concurrent-recompilation /m,
        join(folder, name),
      );
});

test('DESTDIR stages the tree; the commands name where it will be', (t) => {
  const stage = mkdtempSync(join(tmpdir(), 'xdpvs-stage-'));
  t.after(() => rmSync(stage, { recursive: true }));
  install({ PREFIX: '/opt/lvs', DESTDIR: stage });
  const command = readFileSync(join(stage, 'opt/lvs/sbin/xdpvsadm'), 'utf8');
  assert.match(command, /\/opt\/lvs\/lib\/xdpvs\/build\/bin\/xdpvsadm\.js/);
  assert.ok(!command.includes(stage));
  assert.ok(readdirSync(join(stage, 'opt/lvs/lib/xdpvs/build')).includes('xdpvs.bpf.o'));
  const share = readdirSync(join(stage, 'opt/lvs/share'), { recursive: true, encoding: 'utf8' });
  for (const file of ['man/man8/xdpvs.8', 'man/man8/xdpvsadm.8', 'doc/xdpvs/config.schema.json'])
    assert.ok(share.includes(file), file);
  assert.ok(share.includes('bash-completion/completions/xdpvsadm') && share.includes('zsh/site-functions/_xdpvs'));
  assert.deepEqual(
    readdirSync(join(stage, 'opt/lvs/sbin')).filter((name) => name.startsWith('ipvs')),
    [],
  );
});
