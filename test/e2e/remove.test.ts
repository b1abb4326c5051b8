// SPDX-License-Identifier: Apache-2.0
/** Real servers removed under real connections, and settings that outlast an attachment. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import type { Host } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import { directRoutingHosts, natHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

/** Asks for the page again and again by one connection; says `open` at the first, and what ends it. */
const asker = (vip: string) =>
  `node -e "const s = require('net').connect(80, '${vip}');
    s.once('data', () => console.log('open'));
    s.on('error', (error) => console.log(error.code)).on('close', () => process.exit());
    setInterval(() => s.write('HEAD / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'), 100);
    setTimeout(() => { console.log('nothing'); process.exit(); }, 4000)"`;

/** Resolves once the connection is open, to a promise of what ended it. */
async function ask(client: Host, vip: string): Promise<{ readonly end: Promise<string> }> {
  const asking = client.start(asker(vip));
  let said = '';
  const ended = once(asking, 'close').then(() => said.replace('open\n', '').trim());
  await new Promise<void>((resolve) =>
    asking.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      resolve();
    }),
  );
  return { end: ended };
}

for (const [method, hosts, prefix, attach] of [
  ['-m', natHosts, '192.168.25.', 'eth0 eth1'],
  ['-g', directRoutingHosts, '172.16.100.', 'eth0'],
] as const) {
  for (const [fate, heard] of [
    ['keep', 'nothing'],
    ['drop', 'nothing'],
    ['reset', 'ECONNRESET'],
    ['reschedule', 'ECONNRESET'],
  ]) {
    test(`${method}: a client of a removed server hears, with ${fate}: ${heard}`, { skip }, async (t) => {
      const { client, director, rs1, vip4 } = await hosts(t);
      const address = rs1.ip('-4', '-o', 'addr', 'show', 'eth0').match(/inet ([\d.]+)/)?.[1] ?? '';
      assert.ok(address.startsWith(prefix), address);
      if (method === '-g') await rs1.ok(`xdpvs realserver start ${vip4}`);
      await director.ok(`xdpvs attach ${attach}`);
      await addService(director, { vip: vip4, method, servers: [address] });

      const { end } = await ask(client, vip4);
      const told = await director.ok(`xdpvs remove --server ${address} --connections ${fate}`);
      assert.equal(told.includes('1 connection ended'), fate !== 'keep', told);
      assert.equal(await end, heard);
      const left = JSON.parse(await director.ok('xdpvs connections --json')) as unknown[];
      assert.equal(left.length, fate === 'keep' ? 1 : 0);
    });
  }
}

test('expire_nodest_conn: connections end with the command that removes their server', { skip }, async (t) => {
  const { client, director, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1'] });
  const { end } = await ask(client, vip4);
  await director.ok('xdpvs set expire_nodest_conn 1');
  await director.ok(`xdpvsadm -d -t ${vip4}:80 -r 192.168.25.1:80`);
  assert.equal(await director.ok('xdpvs connections --json'), '[]\n');
  assert.equal(await end, 'ECONNRESET');
});

test('settings outlast an attachment, and a file brings them back', { skip }, async (t) => {
  const { director, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1'] });
  await director.ok('xdpvs set sloppy_tcp 1 && xdpvs set timeout.tcp.close 5');
  await director.ok('xdpvs detach eth0 && xdpvs attach eth0');
  assert.match(await director.ok('xdpvs set sloppy_tcp'), /sloppy_tcp +1 +0 /);
  const file = `${director.scratch}/saved.yaml`;
  await director.ok(`xdpvs save --yaml > ${file} && xdpvs detach --all --forget && xdpvs attach eth0`);
  assert.match(await director.ok('xdpvs set timeout.tcp.close'), /timeout.tcp.close +10 +10 /);
  await director.ok(`xdpvs apply ${file}`);
  assert.match(await director.ok('xdpvs set timeout.tcp.close'), /timeout.tcp.close +5 +10 /);
  assert.match(await director.ok(`xdpvs apply ${file}`), /nothing to change/);

  const { code, stderr } = await director.run('xdpvs set conntrack 1');
  assert.deepEqual([code, stderr.split('\n').length], [2, 2], stderr);
  const { code: negative } = await director.run('xdpvs set am_droprate -5');
  assert.equal(negative, 0);
});
