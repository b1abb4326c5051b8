// SPDX-License-Identifier: Apache-2.0
/** `xdpvs realserver` changes what it must, and puts it back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Host } from '../support/host.js';
import { buildHosts, whyNoHosts } from '../support/hosts.js';

const skip = whyNoHosts() ?? false;

const VIP4 = '192.0.2.80';
const VIP6 = '2001:db8::80';

/** Everything that `start` may touch. */
async function look(host: Host): Promise<string> {
  return host.ok('ip addr show lo; ip link show eth0; sysctl -a 2>/dev/null | grep -E "arp_|rp_filter"');
}

function cable(t: Parameters<typeof buildHosts>[0]): { rs: Host; neighbour: Host } {
  const laboratory = buildHosts(t, {
    cable: { rs: ['10.0.0.1/24', 'fd00::1/64'], neighbour: ['10.0.0.2/24', 'fd00::2/64'] },
  });
  return { rs: laboratory.host('rs'), neighbour: laboratory.host('neighbour') };
}

test('start has the addresses and keeps quiet about them; stop restores what it found', { skip }, async (t) => {
  const { rs, neighbour } = cable(t);
  rs.sysctl({ 'net.ipv4.conf.all.arp_announce': 1 });
  const found = await look(rs);
  neighbour.ip('route', 'add', `${VIP4}/32`, 'dev', 'eth0');
  neighbour.ip('route', 'add', `${VIP6}/128`, 'dev', 'eth0');

  await rs.ok(`xdpvs realserver start ${VIP4} ${VIP6}`);
  const started = await look(rs);
  assert.match(started, /inet 192\.0\.2\.80\/32 /);
  assert.match(started, /inet6 2001:db8::80\/128 .*deprecated/);
  assert.match(started, /all\.arp_ignore = 1/);
  assert.match(started, /all\.arp_announce = 2/);
  await rs.serveHttp('quiet');
  for (const vip of [VIP4, `[${VIP6}]`])
    assert.match(await neighbour.curl(`http://${vip}/`, '-m 1'), /timed out|Failed|No route/i);
  assert.equal(await neighbour.curl('http://10.0.0.1/'), 'quiet');

  await rs.ok(`xdpvs realserver start ${VIP6} ${VIP4}`);
  assert.equal(await look(rs), started, 'twice is harmless');

  await rs.ok(`xdpvs realserver stop ${VIP4}`);
  assert.match(await look(rs), /inet6 2001:db8::80[^]*all\.arp_ignore = 1/);
  await rs.ok(`xdpvs realserver stop ${VIP6}`);
  assert.equal(await look(rs), found);
  await rs.ok(`xdpvs realserver stop ${VIP6} ${VIP4}`);
  assert.equal(await look(rs), found, 'stopping what is not started is harmless');
});

test('an address that stood on lo before stays there', { skip }, async (t) => {
  const { rs } = cable(t);
  rs.ip('addr', 'add', `${VIP4}/32`, 'dev', 'lo');
  const found = await look(rs);
  await rs.ok(`xdpvs realserver start ${VIP4}`);
  await rs.ok(`xdpvs realserver stop ${VIP4}`);
  assert.equal(await look(rs), found);
});

test('a setting that somebody changed meanwhile is left alone, and said', { skip }, async (t) => {
  const { rs } = cable(t);
  await rs.ok(`xdpvs realserver start ${VIP4}`);
  rs.sysctl({ 'net.ipv4.conf.all.arp_ignore': 2 });
  assert.match(
    await rs.ok(`xdpvs realserver stop ${VIP4}`),
    /net\.ipv4\.conf\.all\.arp_ignore: changed by somebody else/,
  );
  assert.equal((await rs.ok('sysctl -n net.ipv4.conf.all.arp_ignore')).trim(), '2');
});

test('--tunnel takes tunnels off with reverse path filtering eased; stop restores both', { skip }, async (t) => {
  const { rs } = cable(t);
  rs.sysctl({ 'net.ipv4.conf.all.rp_filter': 1 });
  const found = await look(rs);
  const said = await rs.ok(`xdpvs realserver start --tunnel ${VIP4} ${VIP6}`);
  const started = await look(rs);
  assert.match(said, /^tunnels are taken off by /m);
  if (said.includes('XDP program')) {
    assert.match(started, /name decapsulate/);
    assert.match(started, /eth0\.rp_filter = 2/);
  }
  await rs.ok(`xdpvs realserver start --tunnel ${VIP4}`);
  assert.equal(await look(rs), started, 'twice is harmless');
  await rs.ok(`xdpvs realserver stop ${VIP4}`);
  await rs.ok(`xdpvs realserver stop ${VIP6}`);
  assert.equal(await look(rs), found);
});

test('what cannot be is refused in one line, and nothing is changed', { skip }, async (t) => {
  const { rs } = cable(t);
  const found = await look(rs);
  const refusals: [string, RegExp][] = [
    ['start', /./],
    ['start 192.0.2', /'192\.0\.2' is not an address/],
    ['start 192.0.2.80 --interface eth0', /--tunnel/],
    ['start 192.0.2.80 --tunnel --interface nope', /no interface nope/],
    ['start 192.0.2.80 --tun-type gre', /--tunnel/],
    ['start 192.0.2.80 --tunnel --tun-type gue', /--tun-port/],
    ['start 192.0.2.80 --tunnel --tun-port 6080', /--tun-type gue/],
    ['start 192.0.2.80 --tunnel --tun-type gue --tun-port 65536', /1 to 65535/],
    ['start 192.0.2.80 --tunnel --tun-csum', /gre and gue/],
  ];
  for (const [command, expected] of refusals) {
    const { code, stderr } = await rs.run(`xdpvs realserver ${command}`);
    assert.notEqual(code, 0, command);
    assert.match(stderr, expected);
    assert.equal(await look(rs), found, command);
  }
  rs.ip('link', 'set', 'lo', 'down');
  assert.match((await rs.run(`xdpvs realserver start ${VIP4}`)).stderr, /ip link set lo up/);
});
