// SPDX-License-Identifier: Apache-2.0
/** Datagrams without DF that are too large for the way to a real server of DR or TUN: cut, as the kernel's IPVS cuts them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import type { Host } from '../support/host.js';
import { natHosts, tunnelHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

/** One datagram that fills the client's MTU of 1500, and what comes back. */
async function askMuch(client: Host, address: string, port: number): Promise<string> {
  client.sysctl({ 'net.ipv4.ip_no_pmtu_disc': 1 });
  const script = `exec 3<>/dev/udp/${address}/${port}; head -c 1472 /dev/zero >&3; head -n 1 <&3`;
  return (await client.run(`timeout 2 bash -c '${script}'`)).stdout.trim();
}

test('DR: the real server puts the pieces together and answers', { skip }, async (t) => {
  const { client, director, rs1, vip4 } = await natHosts(t);
  director.ip('link', 'set', 'eth1', 'mtu', '700');
  // Answers pass through the director, with its own virtual address as their source.
  director.sysctl({ 'net.ipv4.conf.all.accept_local': 1, 'net.ipv4.conf.eth1.accept_local': 1 });
  rs1.ip('addr', 'add', `${vip4}/32`, 'dev', 'lo');
  await rs1.serveUdp(vip4, 53, 'RS1');
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, port: 53, protocol: '-u', method: '-g', servers: ['192.168.25.1'] });
  assert.equal(await askMuch(client, vip4, 53), 'RS1');
});

const WRAPPINGS = [
  { options: '', protocol: 4 },
  { options: '--tun-type gre', protocol: 47 },
  { options: '--tun-type gue --tun-port 6080', protocol: 17 },
];

for (const { options, protocol } of WRAPPINGS) {
  for (const [server, filter, pieces] of [
    ['192.168.25.1', 'ip and not icmp', [/ length 1514: /, new RegExp(`: ip-proto-${protocol}$`)]],
    ['fd00:25::1', 'ip6 and not icmp6', [/ length 1510: .*frag \(0\|1448\)/, /frag \(1448\|\d+\)$/]],
  ] as const) {
    test(`TUN ${options} to ${server}: two pieces arrive, in order`, { skip }, async (t) => {
      const { client, director, rs1, vip4 } = await tunnelHosts(t);
      await director.ok('xdpvs attach eth0');
      await addService(director, { vip: vip4, port: 53, protocol: '-u', method: '-i', options, servers: [server] });
      const capture = await rs1.capture('eth0', filter);
      await askMuch(client, vip4, 53);
      const seen = await capture.stop();
      assert.equal(seen.length, 2, seen.join('\n'));
      for (const [index, piece] of pieces.entries()) assert.match(seen[index]!, piece);
    });
  }
}
