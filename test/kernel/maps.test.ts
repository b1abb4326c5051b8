// SPDX-License-Identifier: Apache-2.0
/** One suite for whatever can hold the director's maps: memory must answer as the kernel does. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { ServiceKey } from '../../src/abi/generated.js';
import {
  ConnectionState,
  VALUE_CODECS,
  interfaceCodec,
  memberCodec,
  scheduleLevelCodec,
  serviceKeyCodec,
  virtualServiceCodec,
} from '../../src/abi/generated.js';
import { maxEntries } from '../../src/kernel/capacities.js';
import { codeOf } from '../../src/kernel/errors.js';
import { FailingMaps, WriteFailed } from '../../src/kernel/failing_maps.js';
import { defaultSettings, loadDataPlane } from '../../src/kernel/load.js';
import type { Maps } from '../../src/kernel/maps.js';
import { read, readAll, strideIn, write } from '../../src/kernel/maps.js';
import { MemoryMaps } from '../../src/kernel/memory_maps.js';
import { ensureBpffs } from '../../src/kernel/bpffs.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { SMALL, enterLaboratory, needsRoot } from './namespace.js';

function openPinned(): Maps {
  enterLaboratory();
  ensureBpffs();
  return PinnedMaps.open(loadDataPlane({ capacities: SMALL }));
}

const HOLDERS: readonly { name: string; skip: string | false; open: () => Maps }[] = [
  { name: 'memory', skip: false, open: () => new MemoryMaps(maxEntries(SMALL, 1)) },
  { name: 'the kernel', skip: needsRoot, open: openPinned },
];

function keyOf(port: number): Uint8Array {
  const key: ServiceKey = { address: new Uint8Array(16).fill(9), port, protocol: 6, family: 4, mark: 0 };
  return serviceKeyCodec.encode(key);
}

function service(number: number): Uint8Array {
  return virtualServiceCodec.encode({
    ...virtualServiceCodec.decode(new Uint8Array(virtualServiceCodec.size)),
    number,
  });
}

function throwsCode(code: string, work: () => unknown): void {
  assert.throws(work, (error) => codeOf(error) === code);
}

for (const { name, skip, open } of HOLDERS) {
  describe(`maps in ${name}`, { skip }, () => {
    let maps: Maps;
    before(() => {
      maps = open();
    });
    after(() => maps.close());

    test('have the capacities they were made with', () => {
      assert.equal(maps.capacity('connections'), SMALL.connections);
      assert.equal(maps.capacity('services'), SMALL.services);
      assert.equal(maps.capacity('interface_numbers'), 4096);
    });

    test('an array is all there from the start, zero', () => {
      assert.deepEqual(maps.get('members', 5), new Uint8Array(memberCodec.size));
      assert.equal(maps.get('members', maps.capacity('members')), undefined);
    });

    test('an array keeps what is written, and shows it in its memory', () => {
      const level = { start: 123n, firstSlot: 4, slotCount: 5 };
      write(maps, 'schedule_levels', 3, level);
      assert.deepEqual(read(maps, 'schedule_levels', 3), level);
      const memory = maps.memory('schedule_levels');
      assert.equal(memory.length, maps.capacity('schedule_levels') * scheduleLevelCodec.size);
      assert.deepEqual(scheduleLevelCodec.decode(memory, 3 * strideIn('schedule_levels')), level);
      write(maps, 'schedule_levels', 3, { ...level, slotCount: 6 });
      assert.equal(scheduleLevelCodec.decode(memory, 3 * strideIn('schedule_levels')).slotCount, 6);
    });

    test('an array ends at its capacity, and nothing is deleted from it', () => {
      throwsCode('E2BIG', () => maps.set('members', maps.capacity('members'), new Uint8Array(memberCodec.size)));
      throwsCode('EINVAL', () => maps.delete('members', new Uint8Array(4)));
    });

    test('a hash keeps, replaces, lists and deletes', () => {
      maps.set('services', keyOf(80), service(1));
      maps.set('services', keyOf(443), service(2));
      maps.set('services', keyOf(80), service(3));
      assert.equal(read(maps, 'services', keyOf(80))?.number, 3);
      const listed = readAll(maps, 'services').map(([key, value]) => [key.port, value.number]);
      assert.deepEqual(
        listed.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
        [
          [80, 3],
          [443, 2],
        ],
      );
      assert.equal(maps.delete('services', keyOf(80)), true);
      assert.equal(maps.delete('services', keyOf(80)), false);
      assert.equal(maps.get('services', keyOf(80)), undefined);
      assert.equal(maps.delete('services', keyOf(443)), true);
      assert.deepEqual(maps.entries('services'), []);
    });

    test('a hash that is full takes no more, but replaces', () => {
      for (let port = 0; port < SMALL.services; port++) maps.set('services', keyOf(port), service(port));
      throwsCode('E2BIG', () => maps.set('services', keyOf(9999), service(0)));
      maps.set('services', keyOf(0), service(77));
      assert.equal(maps.entries('services').length, SMALL.services);
      for (const [key] of maps.entries('services')) maps.delete('services', key);
    });

    test('what was read does not change with what is written later', () => {
      maps.set('services', keyOf(1), service(1));
      const before = maps.get('services', keyOf(1));
      const listed = maps.entries('services');
      maps.set('services', keyOf(1), service(2));
      assert.deepEqual(before, service(1));
      assert.deepEqual(listed[0]?.[1], service(1));
      maps.delete('services', keyOf(1));
    });

    test('keys and values of another size, and keys of the other kind, are refused', () => {
      assert.throws(() => maps.set('services', new Uint8Array(3), service(0)), /a key of services has 24 bytes, not 3/);
      assert.throws(() => maps.set('interfaces', 1, new Uint8Array(3)), /a value of interfaces has 40 bytes, not 3/);
      assert.throws(() => maps.get('services', 1), /services is found by bytes/);
      assert.throws(() => maps.get('interfaces', new Uint8Array(4)), /interfaces is found by a number/);
      assert.throws(() => maps.memory('services'), /cannot be mapped/);
    });

    test('settings are an array of one', () => {
      const settings = {
        ...defaultSettings(250),
        timeout: Array.from({ length: ConnectionState.STATE_COUNT }, (_, i) => i),
        serversInUse: 2,
      };
      maps.set('.data.settings', 0, VALUE_CODECS['.data.settings'].encode(settings));
      assert.deepEqual(read(maps, '.data.settings', 0), settings);
    });
  });
}

test('failing maps take just as many writes as they were told', () => {
  const maps = new FailingMaps(new MemoryMaps(maxEntries(SMALL, 1)), 2);
  maps.set('interfaces', 1, new Uint8Array(interfaceCodec.size).fill(1));
  maps.delete('services', keyOf(1));
  assert.throws(() => maps.set('interfaces', 2, new Uint8Array(interfaceCodec.size).fill(1)), WriteFailed);
  assert.throws(() => maps.delete('services', keyOf(1)), WriteFailed);
  assert.equal(maps.get('interfaces', 1)?.[0], 1);
  assert.equal(maps.get('interfaces', 2)?.[0], 0);
});
