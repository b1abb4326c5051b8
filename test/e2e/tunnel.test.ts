// SPDX-License-Identifier: Apache-2.0
/** Tunnelling to real servers behind a router, taken off there by `xdpvs realserver --tunnel`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { tunnelHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

const FAR4 = ['192.168.25.1', '192.168.25.2'];
const FAR6 = ['fd00:25::1', 'fd00:25::2'];

async function startRealServers({ rs1, rs2, vip4, vip6 }: Textbook): Promise<void> {
  await Promise.all([rs1, rs2].map((server) => server.ok(`xdpvs realserver start --tunnel ${vip4} ${vip6}`)));
}

for (const mode of ['native', 'generic']) {
  test(`TUN in ${mode} mode: IPv4 in IPv4 and IPv6 in IPv6`, { skip }, async (t) => {
    const hosts = await tunnelHosts(t);
    const { client, director, vip4, vip6 } = hosts;
    await startRealServers(hosts);
    await director.ok(`xdpvs attach --mode ${mode} eth0`);
    for (const [vip, servers] of [
      [vip4, FAR4],
      [vip6, FAR6],
    ] as const) {
      await addService(director, { vip, method: '-i', servers });
      assert.deepEqual(countPages(await client.curls(4, `http://${bracket(vip)}/`)), { RS1: 2, RS2: 2 });
    }
  });
}

test('TUN to real servers of the other family', { skip }, async (t) => {
  const hosts = await tunnelHosts(t);
  const { client, director, vip4, vip6 } = hosts;
  await startRealServers(hosts);
  await director.ok('xdpvs attach eth0');
  for (const [vip, servers] of [
    [vip4, FAR6],
    [vip6, FAR4],
  ] as const) {
    await addService(director, { vip, method: '-i', servers });
    assert.deepEqual(countPages(await client.curls(4, `http://${bracket(vip)}/`)), { RS1: 2, RS2: 2 });
  }
});

test('TUN: a client whose packets are too large for the tunnel learns to send smaller ones', { skip }, async (t) => {
  const hosts = await tunnelHosts(t);
  const { client, director, vip4, vip6 } = hosts;
  await startRealServers(hosts);
  await director.ok('xdpvs attach eth0');
  const file = join(client.scratch, 'upload');
  writeFileSync(file, Buffer.alloc(300_000, 'up'));
  for (const [vip, servers] of [
    [vip4, FAR4],
    [vip6, FAR6],
  ] as const) {
    await addService(director, { vip, method: '-i', servers });
    assert.match(await client.curl(`http://${bracket(vip)}/`, `--data-binary @${file}`), /^RS/);
  }
});
