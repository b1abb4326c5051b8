// SPDX-License-Identifier: Apache-2.0
/** The laboratory itself: if these fail, no other result of test/e2e means anything. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import { must } from '../support/shell.js';
import { directRoutingHosts, natHosts, tunnelHosts } from '../support/topologies.js';

const skip = whyNoHosts() ?? false;

test('hosts on one segment reach each other by both families', { skip }, async (t) => {
  const { client } = await directRoutingHosts(t);
  assert.equal(await client.curl('http://172.16.100.11/'), 'RS1 172.16.100.11');
  assert.equal(await client.curl('http://[fd00:100::12]/'), 'RS2 172.16.100.12');
});

test('the director is the gateway of NAT real servers', { skip }, async (t) => {
  const { client } = await natHosts(t);
  client.ip('route', 'add', '192.168.25.0/24', 'via', '172.16.100.2');
  assert.equal(await client.curl('http://192.168.25.1/'), 'RS1 192.168.25.1');
});

test('a router stands between director and tunnel real servers', { skip }, async (t) => {
  const { client } = await tunnelHosts(t);
  assert.equal(await client.curl('http://192.168.25.2/'), 'RS2 192.168.25.2');
  assert.equal(await client.curl('http://[fd00:25::1]/'), 'RS1 192.168.25.1');
});

test('a capture on a switch port shows what passed', { skip }, async (t) => {
  const { laboratory, client, rs1 } = await directRoutingHosts(t);
  const capture = await laboratory.switch('lan').capture('rs1', 'tcp port 80');
  await client.curl('http://172.16.100.11/');
  const lines = await capture.stop();
  assert.ok(
    lines.some((line) => line.includes(`> ${rs1.mac('eth0')}`) && line.includes('Flags [S]')),
    lines.join('\n'),
  );
});

test('what a killed process leaves is removed by the next one', { skip }, async (t) => {
  const script = `
    import { buildHosts } from '${new URL('../support/hosts.js', import.meta.url).href}';
    const hosts = buildHosts({ after() {} }, { cable: { a: ['192.0.2.1/30'], b: ['192.0.2.2/30'] } });
    process.stdout.write(JSON.stringify([hosts.prefix, hosts.scratch]));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const [prefix, scratch] = JSON.parse(said.toString()) as [string, string];
  assert.match(must('ip', 'netns', 'list'), new RegExp(`^${prefix}-a`, 'm'));
  child.kill('SIGKILL');
  await once(child, 'exit');

  const { reapDead } = await import('../support/namespaces.js');
  reapDead();

  assert.doesNotMatch(must('ip', 'netns', 'list'), new RegExp(`^${prefix}-`, 'm'));
  assert.equal(existsSync(scratch), false);
});

test('SIGTERM removes the hosts on its way out', { skip }, async () => {
  const script = `
    import { buildHosts } from '${new URL('../support/hosts.js', import.meta.url).href}';
    const hosts = buildHosts({ after() {} }, { cable: { a: ['192.0.2.1/30'], b: ['192.0.2.2/30'] } });
    process.stdout.write(hosts.prefix);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [prefix] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGTERM');
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGTERM');
  assert.doesNotMatch(must('ip', 'netns', 'list'), new RegExp(`^${prefix.toString()}-`, 'm'));
});
