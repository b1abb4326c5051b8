// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { INTERFACE_TRANSMITS_BACK } from '../../src/abi/generated.js';
import { ipv6Bytes } from '../../src/kernel/address_bytes.js';
import { maxEntries } from '../../src/kernel/capacities.js';
import { interfaceValues } from '../../src/kernel/interface_values.js';
import { refreshInterfaces } from '../../src/kernel/interfaces.js';
import type { Link } from '../../src/kernel/links.js';
import type { Maps } from '../../src/kernel/maps.js';
import { read, readAll } from '../../src/kernel/maps.js';
import { MemoryMaps } from '../../src/kernel/memory_maps.js';
import { SMALL } from './namespace.js';

function nic(ifindex: number, ifname: string, more: Partial<Link> = {}): Link {
  const address = `02:00:00:00:00:${ifindex.toString(16).padStart(2, '0')}`;
  return { ifindex, ifname, link_type: 'ether', mtu: 1500, address, addr_info: [], ...more };
}

function vlan(ifindex: number, ifname: string, link: string, id: number): Link {
  return nic(ifindex, ifname, { link, linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id } } });
}

function address(family: 'inet' | 'inet6', local: string, scope = 'global') {
  return { family, local, scope };
}

const LOOPBACK: Link = { ifindex: 1, ifname: 'lo', link_type: 'loopback', mtu: 65536, address: '00:00:00:00:00:00' };

function numbersOf(maps: Maps): Record<number, number> {
  return Object.fromEntries(readAll(maps, 'interface_numbers'));
}

const newMaps = () => new MemoryMaps(maxEntries(SMALL, 1));

test('a NIC is what ip says: MAC, MTU and the first global address of each family', () => {
  const eth0 = nic(2, 'eth0', {
    mtu: 9000,
    addr_info: [
      { ...address('inet', '192.0.2.9'), secondary: true },
      address('inet', '192.0.2.1'),
      address('inet', '192.0.2.2'),
      address('inet6', 'fe80::1', 'link'),
      { ...address('inet6', '2001:db8::bad'), deprecated: true },
      address('inet6', '2001:db8::1'),
    ],
  });
  assert.deepEqual(
    interfaceValues([LOOPBACK, eth0], { transmitsBack: () => true, cuts: () => false, sends: () => false }),
    new Map([
      [
        2,
        {
          ifindex: 2,
          mac: Uint8Array.from([2, 0, 0, 0, 0, 2]),
          mtu: 9000,
          outerVlan: 0,
          innerVlan: 0,
          flags: INTERFACE_TRANSMITS_BACK,
          ipv4: Uint8Array.from([192, 0, 2, 1]),
          ipv6: ipv6Bytes('2001:db8::1'),
        },
      ],
    ]),
  );
});

test('a VLAN transmits on the device below it, under its tags, the outermost first', () => {
  const links = [nic(2, 'eth0'), vlan(3, 'eth0.100', 'eth0', 100), vlan(4, 'eth0.100.7', 'eth0.100', 7)];
  const values = interfaceValues(links, {
    transmitsBack: (link) => link.ifname === 'eth0',
    cuts: () => false,
    sends: () => false,
  });
  const tagged = [3, 4].map((ifindex) => {
    const { ifindex: device, outerVlan, innerVlan, flags } = values.get(ifindex) ?? assert.fail();
    return { device, outerVlan, innerVlan, flags };
  });
  assert.deepEqual(tagged, [
    { device: 2, outerVlan: 100, innerVlan: 0, flags: INTERFACE_TRANSMITS_BACK },
    { device: 2, outerVlan: 100, innerVlan: 7, flags: INTERFACE_TRANSMITS_BACK },
  ]);
});

test('IPv6 addresses as ip prints them', () => {
  const hex = (text: string) => Buffer.from(ipv6Bytes(text)).toString('hex');
  assert.equal(hex('::'), '0'.repeat(32));
  assert.equal(hex('::1'), `${'0'.repeat(31)}1`);
  assert.equal(hex('2001:db8::80'), '20010db8000000000000000000000080');
  assert.equal(hex('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
  assert.equal(hex('fe80::'), `fe80${'0'.repeat(28)}`);
  assert.equal(hex('::ffff:192.0.2.1'), '00000000000000000000ffffc0000201');
});

test('a number stays with its interface, and that of a vanished one is given away last', () => {
  const maps = newMaps();
  refreshInterfaces(maps, new Set(), [LOOPBACK, nic(2, 'eth0'), nic(3, 'eth1')]);
  assert.deepEqual(numbersOf(maps), { 2: 1, 3: 2 });

  refreshInterfaces(maps, new Set(), [nic(3, 'eth1'), nic(5, 'eth2')]);
  assert.deepEqual(numbersOf(maps), { 3: 2, 5: 3 });
  assert.equal(read(maps, 'interfaces', 1)?.ifindex, 2);
  assert.equal(read(maps, 'interfaces', 0)?.ifindex, 0);
});

test('when every number was used, those of vanished interfaces serve again', () => {
  const maps = new MemoryMaps({ ...maxEntries(SMALL, 1), interfaces: 4 });
  refreshInterfaces(maps, new Set(), [nic(2, 'a'), nic(3, 'b'), nic(4, 'c')]);
  refreshInterfaces(maps, new Set(), [nic(3, 'b'), nic(5, 'd'), nic(6, 'e')]);
  assert.deepEqual(numbersOf(maps), { 3: 2, 5: 1, 6: 3 });
  assert.throws(
    () =>
      refreshInterfaces(
        maps,
        new Set(),
        [2, 3, 4, 5].map((i) => nic(i, `n${i}`)),
      ),
    /more than \d+ interfaces/,
  );
});

test('what a frame for this host can bear follows the interfaces', () => {
  const maps = newMaps();
  const macs = () =>
    readAll(maps, 'own_macs')
      .map(([{ mac }]) => mac.at(-1))
      .sort();
  refreshInterfaces(maps, new Set(), [
    nic(2, 'eth0'),
    nic(3, 'eth1'),
    nic(4, 'vrrp', { address: '00:00:5e:00:01:33' }),
  ]);
  assert.deepEqual(macs(), [2, 3, 0x33]);
  refreshInterfaces(maps, new Set(), [nic(2, 'eth0')]);
  assert.deepEqual(macs(), [2]);
});

test('a refresh without changes writes nothing', () => {
  const maps = newMaps();
  const links = [nic(2, 'eth0'), vlan(3, 'eth0.5', 'eth0', 5)];
  refreshInterfaces(maps, new Set(), links);
  maps.set = () => assert.fail('a write');
  maps.delete = () => assert.fail('a deletion');
  refreshInterfaces(maps, new Set(), links);
});
