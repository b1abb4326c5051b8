// SPDX-License-Identifier: Apache-2.0
/** Direct routing with real clients and real servers, the real servers set up by `xdpvs realserver`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { directRoutingHosts, twoArmedDirectRoutingHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

const LAN4 = ['172.16.100.11', '172.16.100.12'];
const LAN6 = ['fd00:100::11', 'fd00:100::12'];

async function startRealServers({ rs1, rs2, vip4, vip6 }: Textbook): Promise<void> {
  await Promise.all([rs1, rs2].map((server) => server.ok(`xdpvs realserver start ${vip4} ${vip6}`)));
}

for (const mode of ['native', 'generic']) {
  test(`DR on one arm in ${mode} mode: weights 2 and 1, by IPv4 and IPv6`, { skip }, async (t) => {
    const hosts = await directRoutingHosts(t);
    const { client, director, vip4, vip6 } = hosts;
    await startRealServers(hosts);
    await director.ok(`xdpvs attach --mode ${mode} eth0`);
    for (const [vip, [one = '', two = '']] of [
      [vip4, LAN4],
      [vip6, LAN6],
    ] as const) {
      await addService(director, {
        vip,
        scheduler: 'wrr',
        method: '-g',
        servers: [
          [one, 2],
          [two, 1],
        ],
      });
      assert.deepEqual(countPages(await client.curls(6, `http://${bracket(vip)}/`)), { RS1: 4, RS2: 2 });
    }
  });
}

test('DR: replies do not pass the director', { skip }, async (t) => {
  const hosts = await directRoutingHosts(t);
  const { laboratory, client, director, rs1, vip4 } = hosts;
  await startRealServers(hosts);
  await director.ok('xdpvs attach eth0');
  await addService(director, { vip: vip4, method: '-g', servers: ['172.16.100.11'] });
  const lan = laboratory.switch('lan');
  const captures = await Promise.all([lan.capture('director', 'tcp'), lan.capture('client', 'tcp')]);
  assert.match(await client.curl(`http://${vip4}/`), /^RS1/);
  const [atDirector = [], atClient = []] = await Promise.all(captures.map((capture) => capture.stop()));

  const isReply = (line: string): boolean => line.includes(`${vip4}.80 > `);
  const requests = atClient.filter((line) => !isReply(line));
  assert.ok(requests.length >= 4, atClient.join('\n'));
  assert.equal(atDirector.length, 2 * requests.length, 'each request comes in and goes out');
  assert.deepEqual(atDirector.filter(isReply), []);
  const replies = atClient.filter(isReply);
  assert.ok(
    replies.length >= 3 && replies.every((line) => line.includes(` ${rs1.mac('eth0')} > `)),
    replies.join('\n'),
  );
});

test('DR on two arms: out by another interface than clients come in', { skip }, async (t) => {
  const hosts = await twoArmedDirectRoutingHosts(t);
  const { client, director, vip4, vip6 } = hosts;
  await startRealServers(hosts);
  await director.ok('xdpvs attach --mode native eth0');
  for (const [vip, prefix] of [
    [vip4, '192.168.25.'],
    [vip6, 'fd00:25::'],
  ] as const) {
    await addService(director, { vip, method: '-g', servers: [`${prefix}1`, `${prefix}2`] });
    assert.deepEqual(countPages(await client.curls(4, `http://${bracket(vip)}/`)), { RS1: 2, RS2: 2 });
  }
});

test('DR of UDP: real servers answer from the virtual address themselves', { skip }, async (t) => {
  const hosts = await directRoutingHosts(t);
  const { client, director, rs1, rs2, vip4, vip6 } = hosts;
  await startRealServers(hosts);
  await director.ok('xdpvs attach eth0');
  for (const [vip, servers] of [
    [vip4, LAN4],
    [vip6, LAN6],
  ] as const) {
    await Promise.all([rs1.serveUdp(vip, 5353, 'RS1'), rs2.serveUdp(vip, 5353, 'RS2')]);
    await addService(director, { vip, port: 5353, protocol: '-u', method: '-g', servers });
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await client.askUdp(vip, 5353));
    assert.deepEqual(countPages(answers), { RS1: 2, RS2: 2 });
  }
});
