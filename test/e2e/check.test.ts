// SPDX-License-Identifier: Apache-2.0
/** `xdpvs check` on directors broken on purpose: each finding is there, and what it says mends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Finding } from '../../src/check/finding.js';
import type { Host } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { natHosts, tunnelHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

async function findings(director: Host): Promise<Finding[]> {
  const { code, stdout, stderr } = await director.run('xdpvs check --json');
  assert.equal(stderr, '');
  const found = JSON.parse(stdout) as Finding[];
  assert.equal(code, found.length === 0 ? 0 : 1);
  return found;
}

const BREAKAGES: { readonly name: string; readonly breakIt: (hosts: Textbook) => void; readonly what: RegExp }[] = [
  {
    name: 'forwarding off',
    breakIt: ({ director }) => director.sysctl({ 'net.ipv4.ip_forward': 0 }),
    what: /^IPv4 forwarding is off/,
  },
  {
    name: 'forwarding off on one interface',
    breakIt: ({ director }) => director.sysctl({ 'net.ipv4.conf.eth0.forwarding': 0 }),
    what: /^eth0 does not forward IPv4/,
  },
  {
    name: 'nobody has the virtual address',
    breakIt: ({ director, vip4 }) => void director.ip('addr', 'del', `${vip4}/32`, 'dev', 'eth0'),
    what: /^no interface has 172\.16\.100\.100/,
  },
  {
    name: 'the other end of the veth does not poll',
    breakIt: ({ client }) => client.ethtool('-K', 'eth0', 'gro', 'off'),
    what: /has neither GRO nor an XDP program/,
  },
  {
    name: 'the other end of the veth leaves checksums to its device',
    breakIt: ({ client }) => client.ethtool('-K', 'eth0', 'tx', 'on'),
    what: /leaves checksums to its device/,
  },
];

test('each breakage is found, and the command it names mends it', { skip }, async (t) => {
  const hosts = await natHosts(t);
  const { client, director, vip4 } = hosts;
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1', '192.168.25.2'] });
  assert.deepEqual(await findings(director), [], 'all is well to begin with');
  assert.match(await client.curl(`http://${vip4}/`), /^RS/);

  for (const { name, breakIt, what } of BREAKAGES) {
    breakIt(hosts);
    const [finding, ...others] = await findings(director);
    assert.match(finding?.what ?? 'nothing found', what, name);
    assert.deepEqual(others, [], name);
    await director.ok(finding?.mend ?? 'false');
    assert.deepEqual(await findings(director), [], `${name}: not mended by ${finding?.mend ?? ''}`);
    assert.match(await client.curl(`http://${vip4}/`), /^RS/, name);
  }
});

test('a real server that is gone, a quiesced service and an interface not attached are found', { skip }, async (t) => {
  const { director, vip4 } = await natHosts(t);
  await director.ok('xdpvs attach eth0');
  await addService(director, {
    vip: vip4,
    method: '-m',
    servers: [
      ['192.168.25.9', 0],
      ['192.168.77.1', 0],
    ],
  });
  const found = (await findings(director)).map(({ what }) => what).join('\n');
  assert.match(found, /every real server of TCP 172\.16\.100\.100:80 has weight 0/);
  assert.match(found, /the real server 192\.168\.25\.9 does not answer on eth1/);
  assert.match(found, /there is no route to the real server 192\.168\.77\.1/);
  assert.match(found, /eth1 is not attached, and replies of 192\.168\.25\.9/);
});

test('a tunnel that is narrower than clients is a caution, and generic mode another', { skip }, async (t) => {
  const { director, vip4 } = await tunnelHosts(t);
  await director.ok('xdpvs attach --mode generic eth0');
  await addService(director, { vip: vip4, method: '-i', servers: ['192.168.25.1'] });
  const found = await findings(director);
  assert.deepEqual(
    found.map(({ severity }) => severity),
    ['caution', 'caution'],
  );
  assert.match(found[0]?.what ?? '', /packets over 1480 bytes do not fit into the tunnel to 192\.168\.25\.1/);
  assert.match(found[1]?.what ?? '', /eth0 is attached in generic mode/);
  const { stdout } = await director.run('xdpvs check');
  assert.match(stdout, /^caution: packets over 1480 bytes[^\n]*\n {4}ip link set dev eth0 mtu 1520 /);
});
