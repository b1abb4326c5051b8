// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';

import type { ServiceKey, VirtualService } from '../../src/abi/generated.js';
import { connectionCodec, serviceKeyCodec, virtualServiceCodec } from '../../src/abi/generated.js';
import { addon } from '../../src/kernel/addon.js';
import { attach } from '../../src/kernel/attach.js';
import { ensureBpffs } from '../../src/kernel/bpffs.js';
import { detach } from '../../src/kernel/detach.js';
import type { KernelError } from '../../src/kernel/errors.js';
import { OBJECT } from '../../src/kernel/load.js';
import { read, readAll, write } from '../../src/kernel/maps.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { Pins } from '../../src/kernel/pins.js';
import { status } from '../../src/kernel/status.js';
import type { Laboratory } from './namespace.js';
import { SMALL, enterLaboratory, forgetDirector, ip, needsRoot } from './namespace.js';

const DATA_PLANE = { capacities: SMALL };
const KEY: ServiceKey = { address: new Uint8Array(16).fill(1), port: 80, protocol: 6, family: 4, mark: 0 };

function refused(exitCode: number, sentence: RegExp, work: () => unknown): void {
  assert.throws(work, (error) => {
    assert.match((error as Error).message, sentence);
    assert.doesNotMatch((error as Error).message, /\n/);
    assert.equal((error as KernelError).exitCode, exitCode);
    return true;
  });
}

function withMaps<T>(work: (maps: PinnedMaps) => T): T {
  const maps = PinnedMaps.open();
  try {
    return work(maps);
  } finally {
    maps.close();
  }
}

function addService(): void {
  const empty: VirtualService = virtualServiceCodec.decode(new Uint8Array(virtualServiceCodec.size));
  withMaps((maps) => write(maps, 'services', serviceKeyCodec.encode(KEY), empty));
}

describe('attach and detach', { skip: needsRoot }, () => {
  let laboratory: Laboratory;
  before(() => {
    laboratory = enterLaboratory();
    ensureBpffs();
  });
  beforeEach(forgetDirector);

  const features = (name: string) =>
    execFileSync('ip', ['netns', 'exec', laboratory.there, 'ethtool', '-k', name], { encoding: 'utf8' });
  const modeOf = (name: string) => addon.xdpQuery(addon.ifNameToIndex(name)).mode;

  test('the interface and its peer are left as they were found', () => {
    const before = [ip('-d', 'link', 'show', 'eth0'), features('eth0')];
    attach(['eth0'], 'auto', DATA_PLANE);
    assert.notDeepEqual([ip('-d', 'link', 'show', 'eth0'), features('eth0')], before);
    assert.deepEqual(detach(['eth0']), { names: ['eth0'], isLast: true, isForgotten: true, services: 0 });
    assert.deepEqual([ip('-d', 'link', 'show', 'eth0'), features('eth0')], before);
    assert.equal(Pins.here().exist(), false);
  });

  test('native where the driver can, generic when asked', () => {
    assert.deepEqual(attach(['eth0'], 'auto', DATA_PLANE), [{ name: 'eth0', mode: 'native', reason: undefined }]);
    assert.deepEqual(attach(['eth1'], 'generic'), [{ name: 'eth1', mode: 'generic', reason: undefined }]);
    assert.deepEqual([modeOf('eth0'), modeOf('eth1')], [1, 2]);
  });

  test('auto says why an interface is not native; native alone is refused there, and nothing stays', () => {
    ip('link', 'add', 'br0', 'type', 'bridge');
    try {
      refused(69, /^br0 cannot run XDP in native mode: .*not supported.*--mode generic/, () =>
        attach(['br0'], 'native', DATA_PLANE),
      );
      assert.equal(Pins.here().exist(), false);
      const [attached] = attach(['br0'], 'auto', DATA_PLANE);
      assert.equal(attached?.mode, 'generic');
      assert.match(attached?.reason ?? '', /driver does not take it natively \(\w+\)/);
    } finally {
      ip('link', 'del', 'br0');
    }
  });

  test('both attach to one director, which is there until the last is detached', () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    attach(['eth1']);
    const { interfaces, pins } = status();
    assert.deepEqual(
      interfaces.map(({ name, mode }) => [name, mode]),
      [
        ['eth0', 'native'],
        ['eth1', 'native'],
      ],
    );
    assert.equal(interfaces[0]?.programId, interfaces[1]?.programId);
    assert.equal(detach(['eth0']).isForgotten, false);
    assert.equal(existsSync(pins ?? ''), true);
    assert.equal(detach('all').isForgotten, true);
    assert.equal(existsSync(pins ?? ''), false);
  });

  test('services stay pinned when the last interface goes, and work again; --forget removes them', () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    addService();
    assert.deepEqual(detach(['eth0']), { names: ['eth0'], isLast: true, isForgotten: false, services: 1 });
    assert.equal(modeOf('eth0'), 0);
    attach(['eth0']);
    withMaps((maps) => assert.ok(maps.get('services', serviceKeyCodec.encode(KEY))));
    assert.equal(detach('all', { forget: true }).isForgotten, true);
    assert.equal(Pins.here().exist(), false);
  });

  test('what is wrong is said, and changes nothing', () => {
    refused(66, /^there is no interface eth7/, () => attach(['eth0', 'eth7'], 'auto', DATA_PLANE));
    assert.deepEqual([modeOf('eth0'), Pins.here().exist()], [0, false]);
    refused(69, /^no director in this network namespace/, () => detach(['eth0']));

    attach(['eth0'], 'auto', DATA_PLANE);
    refused(73, /^eth0 is attached already/, () => attach(['eth1', 'eth0']));
    assert.deepEqual([modeOf('eth0'), modeOf('eth1')], [1, 0]);
    refused(66, /^eth1 is not attached/, () => detach(['eth0', 'eth1']));
    assert.equal(modeOf('eth0'), 1);
  });

  test('a foreign program is named and left alone', () => {
    const { programs } = addon.load({ path: OBJECT });
    const link = addon.linkXdp(programs['xdpvs'] ?? 0, addon.ifNameToIndex('eth1'), 2);
    try {
      refused(69, /^eth1 has an XDP program that is not xdpvs's: xdpvs \(id \d+\)/, () =>
        attach(['eth0', 'eth1'], 'auto', DATA_PLANE),
      );
      assert.deepEqual([modeOf('eth0'), modeOf('eth1'), Pins.here().exist()], [0, 2, false]);
    } finally {
      addon.detachLink(link);
      addon.close(link);
    }
  });

  test('an interface that was removed and made again can be attached again', () => {
    ip('link', 'add', 'tmp0.7', 'type', 'veth', 'peer', 'name', 'tmp1');
    attach(['tmp0.7'], 'auto', DATA_PLANE);
    assert.deepEqual(
      status().interfaces.map(({ name }) => name),
      ['tmp0.7'],
    );
    ip('link', 'del', 'tmp0.7');
    assert.deepEqual(status().interfaces, []);
    ip('link', 'add', 'tmp0.7', 'type', 'veth', 'peer', 'name', 'tmp1');
    attach(['tmp0.7']);
    assert.deepEqual(detach(['tmp0.7']), { names: ['tmp0.7'], isLast: true, isForgotten: true, services: 0 });
    ip('link', 'del', 'tmp0.7');
  });

  test('an interface is known after it was renamed', () => {
    attach(['eth1'], 'auto', DATA_PLANE);
    ip('link', 'set', 'eth1', 'down');
    ip('link', 'set', 'eth1', 'name', 'lan');
    try {
      assert.deepEqual(
        status().interfaces.map(({ name }) => name),
        ['lan'],
      );
      refused(73, /^lan is attached already/, () => attach(['lan']));
      detach(['lan']);
      assert.equal(modeOf('lan'), 0);
    } finally {
      ip('link', 'set', 'lan', 'name', 'eth1');
      ip('link', 'set', 'eth1', 'up');
    }
  });

  test('the data plane knows each interface, and who is attached', () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    const eth0 = addon.ifNameToIndex('eth0');
    const eth1 = addon.ifNameToIndex('eth1');
    withMaps((maps) => {
      const numberOf = (ifindex: number) => {
        const key = Buffer.alloc(4);
        key.writeUInt32LE(ifindex);
        return read(maps, 'interface_numbers', key) ?? assert.fail(`no number for ${ifindex}`);
      };
      const { ifindex, ipv4, mtu, mac } = read(maps, 'interfaces', numberOf(eth1)) ?? assert.fail();
      assert.deepEqual([ifindex, [...ipv4], mtu], [eth1, [10, 0, 1, 1], 1500]);
      const [link] = JSON.parse(ip('-j', 'link', 'show', 'eth1')) as { address: string }[];
      assert.equal(Buffer.from(mac).toString('hex'), link?.address.replaceAll(':', ''));
      assert.equal(read(maps, 'stations', eth0)?.interface, numberOf(eth0));
      assert.equal(read(maps, 'stations', eth1)?.interface, 0);
      const own = readAll(maps, 'own_macs').map(([key]) => Buffer.from(key.mac).toString('hex'));
      assert.ok(own.includes(Buffer.from(mac).toString('hex')));
      assert.ok(own.includes(Buffer.from(read(maps, 'stations', eth0)?.mac ?? []).toString('hex')));
    });
  });

  test('settings and limits are those of a fresh IPVS on this kernel', () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    withMaps((maps) => {
      const limits = read(maps, '.rodata', 0) ?? assert.fail();
      assert.equal(limits.connectionMask, SMALL.connections - 1);
      assert.equal(limits.cpus, addon.cpuCount());
      assert.ok(limits.hashKeys.every((key) => (key & 1n) === 1n));
      const seconds = read(maps, '.data.settings', 0)?.timeout.map((jiffies) => jiffies / limits.hz);
      const sctp = [2, 4, 61, 61, 61, 61, 61, 61, 900, 61, 61, 61, 4, 61];
      assert.deepEqual(seconds, [2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120, 300, ...sctp]);
      assert.equal(maps.memory('connections').length, SMALL.connections * connectionCodec.size);
    });
  });

  test('a capacity that cannot be is refused before anything is made', () => {
    for (const capacities of [
      { ...SMALL, connections: 1000 },
      { ...SMALL, servers: 0 },
    ]) {
      assert.throws(() => attach(['eth0'], 'auto', { capacities }), RangeError);
      assert.equal(Pins.here().exist(), false);
    }
  });
});
