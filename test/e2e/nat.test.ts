// SPDX-License-Identifier: Apache-2.0
/** Masquerading with real clients and real servers. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { natHosts, oneArmedNatHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

const INSIDE4 = ['192.168.25.1', '192.168.25.2'];
const INSIDE6 = ['fd00:25::1', 'fd00:25::2'];

/** Both families by both real servers, in turns. */
async function assertAlternating({ client, director, vip4, vip6 }: Textbook): Promise<void> {
  await addService(director, { vip: vip4, method: '-m', servers: INSIDE4 });
  await addService(director, { vip: vip6, method: '-m', servers: INSIDE6 });
  for (const vip of [vip4, vip6]) {
    const pages = await client.curls(4, `http://${bracket(vip)}/`);
    assert.deepEqual(countPages(pages), { RS1: 2, RS2: 2 });
    assert.notEqual(pages[0], pages[1]);
  }
}

test('NAT on two arms: connections alternate, by IPv4 and IPv6', { skip }, async (t) => {
  const hosts = await natHosts(t);
  await hosts.director.ok('xdpvs attach --mode native eth0 eth1');
  await assertAlternating(hosts);
});

test('NAT on one arm: connections alternate, by IPv4 and IPv6', { skip }, async (t) => {
  const hosts = await oneArmedNatHosts(t);
  await hosts.director.ok('xdpvs attach --mode native eth0');
  await assertAlternating(hosts);
});

test('NAT in generic mode: connections alternate, by IPv4 and IPv6', { skip }, async (t) => {
  const hosts = await natHosts(t);
  await hosts.director.ok('xdpvs attach --mode generic eth0 eth1');
  await assertAlternating(hosts);
});

test('NAT carries much, both ways, unharmed', { skip }, async (t) => {
  const { client, director, rs1, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1'] });
  const sum = (text: string): string => text.split(' ')[0] ?? '';
  const there = sum(await rs1.ok(`sha256sum ${join(rs1.scratch, 'rs1/large')}`));
  assert.equal(sum(await client.ok(`curl -sS -m 10 http://${vip4}/large | sha256sum`)), there);
  writeFileSync(join(client.scratch, 'upload'), Buffer.alloc(400_000, 'up'));
  assert.match(await client.curl(`http://${vip4}/`, `--data-binary @${join(client.scratch, 'upload')}`), /^RS1/);
});

test('NAT of UDP: datagrams alternate and answers come from the virtual address', { skip }, async (t) => {
  const { client, director, rs1, rs2, vip4, vip6 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  for (const [vip, addresses] of [
    [vip4, INSIDE4],
    [vip6, INSIDE6],
  ] as const) {
    await Promise.all([rs1.serveUdp(addresses[0] ?? '', 5353, 'RS1'), rs2.serveUdp(addresses[1] ?? '', 5353, 'RS2')]);
    await addService(director, { vip, port: 5353, protocol: '-u', method: '-m', servers: addresses });
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await client.askUdp(vip, 5353));
    assert.deepEqual(countPages(answers), { RS1: 2, RS2: 2 });
  }
});

test('a quiesced real server keeps its connections and gets no new ones', { skip }, async (t) => {
  const { client, director, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1'] });
  const flag = join(client.scratch, 'quiesced');
  const ask = `printf "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" >&3; while read -r line <&3; do case $line in RS*) echo "$line"; break;; esac; done`;
  const wait = `while [ ! -e ${flag} ]; do sleep 0.05; done`;
  const script = `exec 3<>/dev/tcp/${vip4}/80; ${ask}; echo first >&2; ${wait}; ${ask}`;
  const old = client.run(`timeout 20 bash -c '${script}'`);
  // the connection is open once the director lists it
  for (let i = 0; i < 50 && !(await director.ok('xdpvsadm -Lnc')).includes('ESTABLISHED'); i++);

  await director.ok(`xdpvsadm -a -t ${vip4}:80 -r 192.168.25.2:80 -m`);
  await director.ok(`xdpvsadm -e -t ${vip4}:80 -r 192.168.25.1:80 -m -w 0`);

  assert.deepEqual(countPages(await client.curls(3, `http://${vip4}/`)), { RS2: 3 });
  writeFileSync(flag, '');
  assert.deepEqual(countPages((await old).stdout.trim().split('\n')), { RS1: 2 });
});

test('without a usable real server the client is told so', { skip }, async (t) => {
  const { client, director, vip4, vip6 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  for (const [vip, address] of [
    [vip4, '192.168.25.1'],
    [vip6, 'fd00:25::1'],
  ] as const) {
    await addService(director, { vip, method: '-m', servers: [[address, 0]] });
    const began = Date.now();
    assert.match(await client.curl(`http://${bracket(vip)}/`), /refused|Failed to connect|Couldn't connect/);
    // A veth brings the answer while connect() still holds the socket, and then only the next SYN's answer is heeded.
    assert.ok(Date.now() - began < 2500, 'no answer was heeded');
  }
});
