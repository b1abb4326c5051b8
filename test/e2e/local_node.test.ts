// SPDX-License-Identifier: Apache-2.0
/** The director as one of its own real servers. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import { natHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

test('NAT: connections alternate between the director itself and another real server', { skip }, async (t) => {
  const { client, director, vip4, vip6 } = await natHosts(t);
  await director.serveHttp('HERE');
  await director.ok('xdpvs attach eth0 eth1');
  // Nobody listens on the service's own port: without translation nothing would answer.
  for (const [vip, servers] of [
    [vip4, ['192.168.25.254:80', '192.168.25.1:80']],
    [vip6, ['[fd00:25::fe]:80', '[fd00:25::1]:80']],
  ] as const) {
    const service = `${bracket(vip)}:8000`;
    await director.ok(`xdpvsadm -A -t ${service} -s rr`);
    for (const server of servers) await director.ok(`xdpvsadm -a -t ${service} -r ${server} -m`);
    assert.deepEqual(countPages(await client.curls(4, `http://${service}/`)), { HERE: 2, RS1: 2 });
  }

  await director.ok(`xdpvsadm -d -t ${vip4}:8000 -r 192.168.25.1:80`);
  const sum = (text: string): string => text.split(' ')[0] ?? '';
  const there = sum(await director.ok(`sha256sum ${join(director.scratch, 'director/large')}`));
  assert.equal(sum(await client.ok(`curl -sS -m 10 http://${vip4}:8000/large | sha256sum`)), there);
  assert.match(await director.ok('xdpvsadm -Lnc'), /TCP +01:\d\d +TIME_WAIT .* 192\.168\.25\.254:80/);
  assert.match(await director.ok('xdpvsadm -Ln --stats'), /-> 192\.168\.25\.254:80( +[1-9]\w*){5}/);
});

test('NAT of UDP: the answer of the director itself comes from the virtual address', { skip }, async (t) => {
  const { client, director, vip4, vip6 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  for (const [vip, server] of [
    [vip4, '192.168.25.254'],
    [vip6, 'fd00:25::fe'],
  ] as const) {
    await director.serveUdp(server, 5300, 'HERE');
    await director.ok(`xdpvsadm -A -u ${bracket(vip)}:53 -s rr`);
    await director.ok(`xdpvsadm -a -u ${bracket(vip)}:53 -r ${bracket(server)}:5300 -m`);
    assert.equal(await client.askUdp(vip, 53), 'HERE');
  }
});

for (const method of ['-g', '-i'] as const) {
  test(`${method}: the director itself answers for the virtual address, and states follow`, { skip }, async (t) => {
    const { client, director, vip4, vip6 } = await natHosts(t);
    await director.serveHttp('HERE');
    await director.ok('xdpvs attach eth0 eth1');
    for (const [vip, server] of [
      [vip4, '192.168.25.254'],
      [vip6, 'fd00:25::fe'],
    ] as const) {
      await addService(director, { vip, method, servers: [server] });
      assert.equal(await client.curl(`http://${bracket(vip)}/`), 'HERE');
    }
    assert.match(await director.ok('xdpvsadm -Lnc'), /TCP +01:\d\d +FIN_WAIT /);
    assert.match(await director.ok('xdpvsadm -Ln --stats'), /-> 192\.168\.25\.254:80( +[1-9]\w*){5}/);
  });
}
