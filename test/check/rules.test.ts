// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Facts } from '../../src/check/facts.js';
import type { Finding } from '../../src/check/finding.js';
import { RULES } from '../../src/check/rules/index.js';
import type { Service } from '../../src/check/services.js';
import { ETH0, ETH1, INSIDE, LO, PEER, RS1, facts, web } from './situation.js';

function findings(given: Facts, ...services: readonly Service[]): Finding[] {
  return RULES.flatMap((rule) => rule(given, services));
}

/** All the words, so that a test names what it expects and nothing else may have been found. */
function mends(given: Facts, ...services: readonly Service[]): string[] {
  return findings(given, ...services).map(({ mend }) => mend);
}

test('where all is well nothing is found', () => {
  assert.deepEqual(findings(facts(), web(RS1)), []);
});

test('without services nothing is asked of interfaces', () => {
  assert.deepEqual(findings(facts({ interfaces: [LO, { ...ETH0, xdp: 'none', forwarding4: false }] })), []);
});

test('forwarding off everywhere is one finding, mended in one place', () => {
  const interfaces = [LO, { ...ETH0, forwarding4: false }, { ...ETH1, forwarding4: false }];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['sysctl -w net.ipv4.ip_forward=1']);
});

test('forwarding off on one interface is mended there', () => {
  const interfaces = [LO, { ...ETH0, forwarding4: false }, ETH1];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['sysctl -w net.ipv4.conf.eth0.forwarding=1']);
});

test('the family of the real server decides which forwarding matters', () => {
  const interfaces = [LO, { ...ETH0, forwarding6: false, kind: 'veth' }];
  const address = 'fd00::1';
  const destinations = { [address]: { ...INSIDE, device: 'eth0', nextHop: address } };
  const service = web({ address, family: 6, method: 'tunnel', weight: 1 });
  const found = mends(facts({ interfaces: interfaces.map((one) => ({ ...one, mtu: 1500 })), destinations }), service);
  assert.ok(found.includes('sysctl -w net.ipv6.conf.all.forwarding=1'), found.join('\n'));
});

test('a virtual address that no interface has is answered by nobody', () => {
  const interfaces = [LO, { ...ETH0, addresses: ['192.0.2.2'] }, ETH1];
  const [finding, ...others] = findings(facts({ interfaces }), web(RS1));
  assert.deepEqual(others, []);
  assert.match(finding?.what ?? '', /no interface has 192\.0\.2\.80/);
  assert.match(finding?.mend ?? '', /^ip addr add 192\.0\.2\.80\/32 dev eth0 /);
});

test('a virtual IPv4 address on lo is answered for, unless arp_ignore forbids it', () => {
  const lo = { ...LO, addresses: ['127.0.0.1', '192.0.2.80'] };
  const eth0 = { ...ETH0, addresses: ['192.0.2.2'] };
  assert.deepEqual(mends(facts({ interfaces: [lo, eth0, ETH1] }), web(RS1)), []);
  const quiet = { ...eth0, arpIgnore: 1 };
  assert.match(mends(facts({ interfaces: [lo, quiet, ETH1] }), web(RS1))[0] ?? '', /^ip addr add 192\.0\.2\.80/);
});

test('a virtual IPv6 address on lo is never answered for', () => {
  const lo = { ...LO, addresses: ['::1', '2001:db8::80'] };
  const eth0 = { ...ETH0, addresses: ['2001:db8::2'] };
  const service = { ...web(RS1), vip: '2001:db8::80', family: 6 as const };
  const [mend] = mends(facts({ interfaces: [lo, eth0, ETH1] }), service);
  assert.match(mend ?? '', /^ip addr add 2001:db8::80\/128 dev eth0 /);
});

test('with nothing attached, attaching is all there is to say of interfaces', () => {
  const interfaces = [LO, { ...ETH0, xdp: 'none' as const }, { ...ETH1, xdp: 'none' as const }];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['xdpvs attach eth0']);
});

test('the interface of masqueraded real servers must be attached too', () => {
  const interfaces = [LO, ETH0, { ...ETH1, xdp: 'none' as const }];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['xdpvs attach eth1']);
});

test('the interface of the virtual address must be attached', () => {
  const interfaces = [LO, { ...ETH0, xdp: 'none' as const }, ETH1];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['xdpvs attach eth0']);
});

test('a foreign XDP program is named as what is in the way', () => {
  const interfaces = [LO, ETH0, { ...ETH1, xdp: 'foreign' as const }];
  const [finding] = findings(facts({ interfaces }), web(RS1));
  assert.match(finding?.what ?? '', /^eth1 has an XDP program that is not ours/);
});

test('direct routing out of a NIC without XDP may not be sent, out of a veth it is', () => {
  const direct = web({ ...RS1, method: 'direct-route' });
  const bare = { ...ETH1, xdp: 'none' as const };
  const [finding] = findings(facts({ interfaces: [LO, ETH0, bare] }), direct);
  assert.deepEqual([finding?.severity, finding?.mend], ['caution', 'xdpvs attach eth1']);
  assert.deepEqual(findings(facts({ interfaces: [LO, ETH0, { ...bare, kind: 'veth' }] }), direct), []);
});

test('a service without real servers, or with quiesced ones alone, is a fault', () => {
  assert.match(mends(facts(), web())[0] ?? '', /^xdpvsadm -a -t 192\.0\.2\.80:80 -r REAL-SERVER/);
  assert.match(
    mends(facts(), web({ ...RS1, weight: 0 }))[0] ?? '',
    /^xdpvsadm -e -t 192\.0\.2\.80:80 -r 10\.0\.0\.1 -w 1/,
  );
  assert.deepEqual(mends(facts(), web({ ...RS1, weight: 0 }, RS1)), []);
});

test('a real server without a route, and one that does not answer', () => {
  const lost = { ...INSIDE, device: undefined, neighbour: undefined };
  assert.deepEqual(mends(facts({ destinations: { '10.0.0.1': lost } }), web(RS1)), [
    'ip route add 10.0.0.1 via GATEWAY',
  ]);
  for (const neighbour of ['FAILED', 'INCOMPLETE', undefined]) {
    const [finding] = findings(facts({ destinations: { '10.0.0.1': { ...INSIDE, neighbour } } }), web(RS1));
    assert.match(finding?.what ?? '', /the real server 10\.0\.0\.1 does not answer on eth1/);
  }
});

test('a gateway that does not answer is named instead of the server behind it', () => {
  const destinations = { '10.0.0.1': { ...INSIDE, nextHop: '10.9.9.9', neighbour: 'FAILED' } };
  const [finding] = findings(facts({ destinations }), web(RS1));
  assert.match(finding?.what ?? '', /^10\.9\.9\.9, the gateway/);
});

test('direct routing cannot pass a gateway', () => {
  const destinations = { '10.0.0.1': { ...INSIDE, nextHop: '10.9.9.9' } };
  const [finding] = findings(facts({ destinations }), web({ ...RS1, method: 'direct-route' }));
  assert.match(finding?.what ?? '', /behind the gateway 10\.9\.9\.9/);
});

test('a real server that is the director itself needs no neighbour', () => {
  const destinations = { '10.0.0.1': { device: 'lo', nextHop: '10.0.0.1', isLocal: true, neighbour: undefined } };
  assert.deepEqual(findings(facts({ destinations }), web(RS1)), []);
});

test('strict reverse path filtering matters where the way back is another', () => {
  const strict = { ...ETH0, rpFilter: 1 };
  assert.deepEqual(mends(facts({ interfaces: [LO, strict, ETH1] }), web(RS1)), []);
  const given = facts({ interfaces: [LO, strict, ETH1], defaultRoutes: { 4: ['eth1'], 6: [] } });
  assert.deepEqual(mends(given, web(RS1)), ['sysctl -w net.ipv4.conf.eth0.rp_filter=2']);
});

test('LRO on an attached interface is a fault', () => {
  const interfaces = [LO, { ...ETH0, offloads: { ...ETH0.offloads, lro: true } }, ETH1];
  assert.deepEqual(mends(facts({ interfaces }), web(RS1)), ['ethtool -K eth0 lro off']);
});

test('the other end of a veth computes its checksums and polls', () => {
  const eth0 = { ...ETH0, kind: 'veth' };
  const peers: [Partial<typeof PEER>, string[]][] = [
    [{}, []],
    [{ offloads: { ...PEER.offloads, txChecksum: true } }, ['ip netns exec client ethtool -K veth7 tx off']],
    [{ offloads: { ...PEER.offloads, gro: false } }, ['ip netns exec client ethtool -K veth7 gro on']],
    [{ offloads: { ...PEER.offloads, gro: false }, hasXdp: true }, []],
  ];
  for (const [change, expected] of peers) {
    const interfaces = [LO, { ...eth0, peer: { ...PEER, ...change } }, ETH1];
    assert.deepEqual(mends(facts({ interfaces }), web(RS1)), expected);
  }
});

test('generic mode hides what a veth does, and is slow', () => {
  const peer = { ...PEER, offloads: { gro: false, lro: false, txChecksum: true } };
  const interfaces = [LO, { ...ETH0, kind: 'veth', xdp: 'generic' as const, peer }, ETH1];
  const [finding, ...others] = findings(facts({ interfaces }), web(RS1));
  assert.deepEqual(others, []);
  assert.match(finding?.what ?? '', /generic mode/);
});

test('an attached interface that is down is a fault', () => {
  assert.deepEqual(mends(facts({ interfaces: [LO, ETH0, { ...ETH1, up: false }] }), web(RS1)), [
    'ip link set dev eth1 up',
  ]);
});

test('a tunnel needs 20 bytes over IPv4 and 40 over IPv6', () => {
  const tunnel = web({ ...RS1, method: 'tunnel' });
  const wide = (mtu: number): Facts => facts({ interfaces: [LO, ETH0, { ...ETH1, mtu }] });
  assert.deepEqual(findings(wide(1520), tunnel), []);
  const [finding] = findings(wide(1519), tunnel);
  assert.equal(finding?.severity, 'caution');
  assert.match(finding?.mend ?? '', /^ip link set dev eth1 mtu 1520 .* advmss 1459$/);

  const destinations = { 'fd00::1': { ...INSIDE, nextHop: 'fd00::1' } };
  const tunnel6 = web({ address: 'fd00::1', family: 6, method: 'tunnel', weight: 1 });
  const wide6 = (mtu: number): Facts => ({ ...wide(mtu), destinations });
  assert.deepEqual(findings(wide6(1540), tunnel6), []);
  assert.match(findings(wide6(1500), tunnel6)[0]?.what ?? '', /over 1460 bytes/);
});

test('--pe sip without persistence is a caution, and by TCP a fault', () => {
  const sip = (protocol: 'tcp' | 'udp', persistence: number | undefined): Service => ({
    ...web(RS1),
    engine: { options: '-u 192.0.2.80:5060 -s rr', protocol, persistence },
  });
  assert.deepEqual(findings(facts(), sip('udp', 300)), []);
  const [caution] = findings(facts(), sip('udp', undefined));
  assert.equal(caution?.severity, 'caution');
  assert.match(caution?.mend ?? '', /^xdpvsadm -E -u 192\.0\.2\.80:5060 -s rr -p 300 --pe sip$/);
  const [fault] = findings(facts(), sip('tcp', 60));
  assert.equal(fault?.severity, 'fault');
  assert.match(fault?.mend ?? '', /^xdpvsadm -E .* -p 60 # as it was added, without --pe$/);
});

test('a mark that no rule gives is a fault, with the rule to give', () => {
  const marked = (isGiven: boolean): Service => ({
    ...web(RS1),
    name: 'FWM 7',
    vip: undefined,
    mark: { number: 7, isGiven },
  });
  assert.deepEqual(findings(facts(), marked(true)), []);
  const [finding, ...others] = findings(facts(), marked(false));
  assert.deepEqual(others, []);
  assert.equal(finding?.severity, 'fault');
  assert.match(finding?.what ?? '', /^no rule marks packets with 7, so FWM 7 gets none/);
  assert.match(finding?.mend ?? '', /^xdpvs mark -t mangle -A PREROUTING .* -j MARK --set-mark 7 # /);
});

test('a sync daemon that was started is said to do nothing yet', () => {
  const [finding, ...others] = findings(facts({ syncDaemons: [{ role: 'backup', interface: 'eth1' }] }));
  assert.deepEqual(others, []);
  assert.equal(finding?.severity, 'caution');
  assert.match(finding?.what ?? '', /^the backup sync daemon on eth1 was started, but .* not synchronised yet/);
  assert.match(finding?.mend ?? '', /^xdpvsadm --stop-daemon backup #/);
});
