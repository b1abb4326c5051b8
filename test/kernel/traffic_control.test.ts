// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, beforeEach, describe, test } from 'node:test';

import { INTERFACE_CUTS } from '../../src/abi/generated.js';
import { addon } from '../../src/kernel/addon.js';
import { attach } from '../../src/kernel/attach.js';
import { ensureBpffs } from '../../src/kernel/bpffs.js';
import { detach } from '../../src/kernel/detach.js';
import { noteAllLocal, noteLocal } from '../../src/kernel/local_addresses.js';
import { read } from '../../src/kernel/maps.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { Pins } from '../../src/kernel/pins.js';
import { SMALL, enterLaboratory, forgetDirector, ip, needsRoot } from './namespace.js';

const DATA_PLANE = { capacities: SMALL };

function tc(...args: readonly string[]): string {
  return execFileSync('tc', args, { encoding: 'utf8' });
}

function filters(name: string): string[] {
  const shown = ['ingress', 'egress'].map((side) => tc('filter', 'show', 'dev', name, side)).join('');
  return [...shown.matchAll(/ name (\w+)/g)].map(([, program]) => program!);
}

function withMaps<T>(work: (maps: PinnedMaps) => T): T {
  const maps = PinnedMaps.open();
  try {
    return work(maps);
  } finally {
    maps.close();
  }
}

function cuts(name: string): boolean {
  return withMaps((maps) => {
    const { interface: number } = read(maps, 'stations', addon.ifNameToIndex(name))!;
    return (read(maps, 'interfaces', number)!.flags & INTERFACE_CUTS) !== 0;
  });
}

describe('beside XDP', { skip: needsRoot }, () => {
  before(() => {
    enterLaboratory();
    ensureBpffs();
  });
  beforeEach(forgetDirector);

  test('an attached interface has a cutter, a sender and a follower, and loses them with the program', () => {
    const before = tc('qdisc', 'show', 'dev', 'eth0');
    attach(['eth0', 'eth1'], 'auto', DATA_PLANE);
    assert.deepEqual(filters('eth0'), ['cut_oversize', 'send_fragments', 'follow_local_re']);
    assert.deepEqual([cuts('eth0'), cuts('eth1')], [true, true]);
    detach(['eth0']);
    assert.equal(tc('qdisc', 'show', 'dev', 'eth0'), before);
    assert.deepEqual(filters('eth1'), ['cut_oversize', 'send_fragments', 'follow_local_re']);
    detach('all');
    assert.equal(tc('qdisc', 'show', 'dev', 'eth1'), before.replaceAll('eth0', 'eth1'));
  });

  test("somebody else's filters stay", () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    const program = Pins.here().program('cut_oversize');
    tc('filter', 'add', 'dev', 'eth0', 'ingress', 'pref', '5', 'bpf', 'direct-action', 'object-pinned', program);
    detach(['eth0']);
    assert.match(tc('filter', 'show', 'dev', 'eth0', 'ingress'), /^filter .* pref 5 bpf /);
    assert.deepEqual(filters('eth0'), ['cut_oversize']);
    tc('qdisc', 'del', 'dev', 'eth0', 'clsact');
  });

  test('where there is no place for them, attach says what is lacking', () => {
    tc('qdisc', 'add', 'dev', 'eth0', 'ingress');
    const [attached] = attach(['eth0'], 'auto', DATA_PLANE);
    assert.match(attached?.lack ?? '', /^tc: \S/);
    detach(['eth0']);
    assert.match(tc('qdisc', 'show', 'dev', 'eth0'), /qdisc ingress/);
    tc('qdisc', 'del', 'dev', 'eth0', 'ingress');
  });

  test('generic XDP cannot pass orders on, so it is not asked to', () => {
    attach(['eth0'], 'generic', DATA_PLANE);
    assert.equal(cuts('eth0'), false);
  });

  test('which real servers are this host is noted when they come, and forgotten when they are not any more', () => {
    attach(['eth0'], 'auto', DATA_PLANE);
    const noted = (): number => withMaps((maps) => maps.entries('local_addresses').length);
    withMaps((maps) => noteLocal(maps, ['10.0.0.1', '10.0.0.2', '10.0.1.1', '203.0.113.1', '::1', '127.0.0.1']));
    assert.equal(noted(), 4);
    ip('addr', 'del', '10.0.1.1/24', 'dev', 'eth1');
    withMaps((maps) => noteLocal(maps, ['10.0.1.1', '10.0.0.1']));
    assert.equal(noted(), 3);
    withMaps(noteAllLocal);
    ip('addr', 'add', '10.0.1.1/24', 'dev', 'eth1');
    assert.equal(noted(), 3);
  });
});
