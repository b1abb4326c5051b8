// SPDX-License-Identifier: Apache-2.0
/** What must go on without us, and what must be as it was after us. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import type { Host } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import { must } from '../support/shell.js';
import { directRoutingHosts, natHosts, tunnelHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

test('traffic goes on with no process of ours, and after serve is killed', { skip }, async (t) => {
  const { client, director, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1', '192.168.25.2'] });
  assert.equal(must('ip', 'netns', 'pids', director.namespace).trim(), '');
  assert.deepEqual(countPages(await client.curls(4, `http://${vip4}/`)), { RS1: 2, RS2: 2 });

  const server = director.start('xdpvs serve');
  if (!server.stdout) throw new Error('no output');
  await once(server.stdout, 'data');
  assert.match(await director.ok('curl -sS -m 5 http://127.0.0.1:19749/metrics'), /^node_ipvs_connections_total 4$/m);
  server.kill('SIGKILL');
  await once(server, 'exit');
  assert.deepEqual(countPages(await client.curls(4, `http://${vip4}/`)), { RS1: 2, RS2: 2 });
});

test('detach leaves the interface as it was found', { skip }, async (t) => {
  const { client, director, vip4 } = await natHosts(t);
  const look = async (): Promise<string> =>
    (await director.ok('ip -d link show eth0; ethtool -k eth0')) +
    must('ip', '-n', client.namespace, '-d', 'link', 'show', 'eth0');
  const found = await look();
  await director.ok('xdpvs attach eth0');
  assert.match(await director.ok('ip link show eth0'), /prog\/xdp/);
  await director.ok('xdpvs detach eth0');
  assert.equal(await look(), found);
  assert.match(await client.curl(`http://${vip4}/`), /refused|Failed to connect|Couldn't connect/);
});

interface Case {
  readonly method: '-m' | '-g' | '-i';
  readonly hosts: typeof natHosts;
  readonly start: (vip: string) => string | undefined;
  readonly prefix4: string;
  readonly prefix6: string;
  readonly attach: string;
}

const CASES: readonly Case[] = [
  {
    method: '-m',
    hosts: natHosts,
    start: () => undefined,
    prefix4: '192.168.25.',
    prefix6: 'fd00:25::',
    attach: 'eth0 eth1',
  },
  {
    method: '-g',
    hosts: directRoutingHosts,
    start: (vip) => `xdpvs realserver start ${vip}`,
    prefix4: '172.16.100.1',
    prefix6: 'fd00:100::1',
    attach: 'eth0',
  },
  {
    method: '-i',
    hosts: tunnelHosts,
    start: (vip) => `xdpvs realserver start --tunnel ${vip}`,
    prefix4: '192.168.25.',
    prefix6: 'fd00:25::',
    attach: 'eth0',
  },
];

/** Forgets every neighbour, the ones kept alive included. */
function forgetNeighbours(host: Host): void {
  for (const family of ['-4', '-6']) {
    for (const { dst, dev } of JSON.parse(host.ip('-j', family, 'neigh', 'show')) as { dst: string; dev: string }[]) {
      host.ip('neigh', 'del', dst, 'dev', dev);
    }
  }
}

for (const { method, hosts, start, prefix4, prefix6, attach } of CASES) {
  test(`a connection survives that no neighbour is known (${method})`, { skip }, async (t) => {
    const { client, director, rs1, vip4, vip6 } = await hosts(t);
    await director.ok(`xdpvs attach ${attach}`);
    for (const [vip, prefix] of [
      [vip4, prefix4],
      [vip6, prefix6],
    ] as const) {
      const command = start(vip);
      if (command !== undefined) await rs1.ok(command);
      await addService(director, { vip, method, servers: [`${prefix}1`] });
      forgetNeighbours(director);
      assert.match(await client.curl(`http://${bracket(vip)}/`), /^RS1/);
    }
  });
}
