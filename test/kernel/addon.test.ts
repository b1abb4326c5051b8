// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, rmSync, readlinkSync } from 'node:fs';
import { before, describe, test } from 'node:test';

import { clockCodec, limitsCodec } from '../../src/abi/generated.js';
import type { Loaded } from '../../src/kernel/addon.js';
import { addon } from '../../src/kernel/addon.js';
import { BPFFS, ensureBpffs } from '../../src/kernel/bpffs.js';
import { OBJECT } from '../../src/kernel/load.js';
import { enterLaboratory, ip, needsRoot } from './namespace.js';

const NATIVE = 4;
const GENERIC = 2;

function fails(expected: Record<string, unknown>, work: () => unknown): void {
  assert.throws(work, (error) => {
    for (const [name, value] of Object.entries(expected)) {
      const found = (error as Record<string, unknown>)[name];
      if (value instanceof RegExp) assert.match(String(found), value);
      else assert.equal(found, value);
    }
    return true;
  });
}

/** As a script without types would call it. */
const untyped = addon as unknown as Record<string, (...args: unknown[]) => unknown>;

test('a misused function says which argument is wrong', () => {
  for (const [name, args, sentence] of [
    ['close', ['3'], '`fd` must be a number'],
    ['close', [-1], '`fd` must be an integer from 0 to 4294967295'],
    ['close', [2 ** 31], '`fd` must be a file descriptor'],
    ['openPinned', [], '`path` must be a string'],
    ['load', ['x'], '`options` must be an object'],
    ['load', [{}], '`path` must be a string'],
    ['mmapMap', [0, 0, false], '`length` must be more than 0'],
    ['mmapMap', [0, 8], '`writable` must be a boolean'],
    ['testRun', [0, { data: 'x' }], '`data` must be a Uint8Array'],
    ['testRun', [0, { ctx: new Uint8Array(1), ingressIfindex: 1 }], '`ctx` and `ingressIfindex` exclude each other'],
    ['exec', ['/bin/true', 'x', []], '`argv` must be an array of strings'],
  ] as const) {
    assert.throws(() => untyped[name]?.(...args), { message: sentence });
  }
});

test('what the kernel refuses has errno, its name and the system call', () => {
  fails({ code: 'ENODEV', errno: 19, syscall: 'if_nametoindex', message: /nosuchdevice: No such device/ }, () =>
    addon.ifNameToIndex('nosuchdevice'),
  );
  fails({ code: 'ENOENT', syscall: 'bpf_object__open_file' }, () => addon.load({ path: '/no/such.o' }));
  fails({ code: 'ENOENT', syscall: 'open' }, () => addon.enterNetns('/run/netns/none-of-this-name'));
  fails({ code: 'ENOENT', syscall: 'execve' }, () => addon.exec('/no/such/program', ['x'], []));
});

describe('the addon', { skip: needsRoot }, () => {
  let loaded: Loaded;
  let cookieBefore: bigint;
  before(() => {
    cookieBefore = addon.netnsCookie();
    enterLaboratory();
    ensureBpffs();
    loaded = addon.load({ path: OBJECT, maxEntries: { loads: 9 } });
  });
  const program = (name: string): number => loaded.programs[name] ?? assert.fail(`no program ${name}`);
  const map = (name: string): number => loaded.maps[name] ?? assert.fail(`no map ${name}`);

  test('tells network namespaces apart', () => {
    assert.notEqual(addon.netnsCookie(), cookieBefore);
    assert.equal(addon.netnsCookie(), addon.netnsCookie());
  });

  test('loads with the capacities and data that were asked for', () => {
    assert.equal(addon.mapInfo(map('loads')).maxEntries, 9);
    assert.equal(addon.mapInfo(map('connections')).valueSize, 64);
    fails({ message: 'the object has no map named `nosuch`' }, () =>
      addon.load({ path: OBJECT, maxEntries: { nosuch: 1 } }),
    );
    fails({ message: /data of `.rodata` must be 72 bytes, not 1/ }, () =>
      addon.load({ path: OBJECT, data: { '.rodata': new Uint8Array(1) } }),
    );
  });

  test('keeps the words of a load that fails', () => {
    const noTimer = { sweeper: map('cursors') };
    fails({ syscall: 'bpf_object__load', log: /arm_sweeper[^]*timer/ }, () =>
      addon.load({ path: OBJECT, reuse: noTimer }),
    );
  });

  test('reuses a map that exists', () => {
    const again = addon.load({ path: OBJECT, reuse: { loads: map('loads') } });
    assert.equal(addon.mapInfo(again.maps['loads'] ?? 0).id, addon.mapInfo(map('loads')).id);
    assert.notEqual(addon.mapInfo(again.maps['members'] ?? 0).id, addon.mapInfo(map('members')).id);
    for (const fd of [...Object.values(again.maps), ...Object.values(again.programs)]) addon.close(fd);
  });

  test('descriptors are closed on exec, and closing twice is an error', () => {
    const fd = addon.openProgram(addon.programInfo(program('xdpvs')).id);
    assert.match(readlinkSync(`/proc/self/fd/${fd}`), /bpf-prog/);
    addon.close(fd);
    fails({ code: 'EBADF', syscall: 'close' }, () => addon.close(fd));
  });

  test('pins, and opens what is pinned', () => {
    const path = `${BPFFS}/addon-test-${process.pid}`;
    addon.pin(map('loads'), path);
    try {
      fails({ code: 'EEXIST' }, () => addon.pin(map('loads'), path));
      const fd = addon.openPinned(path);
      assert.equal(addon.mapInfo(fd).id, addon.mapInfo(map('loads')).id);
      addon.close(fd);
    } finally {
      rmSync(path);
    }
    assert.equal(existsSync(path), false);
    fails({ code: 'ENOENT', syscall: 'bpf_obj_get' }, () => addon.openPinned(path));
  });

  test('maps memory that the kernel sees too', () => {
    const memory = new Uint32Array(addon.mmapMap(map('loads'), 9 * 64, true));
    memory[16] = 4711;
    assert.equal(new Uint32Array(addon.mmapMap(map('loads'), 9 * 64, false))[16], 4711);
    const limits = new Uint8Array(addon.mmapMap(map('.rodata'), limitsCodec.size, false));
    assert.equal(limitsCodec.decode(limits).serversCapacity, 1);
    fails({ code: 'EPERM', syscall: 'mmap' }, () => addon.mmapMap(map('.rodata'), limitsCodec.size, true));
  });

  test("copies any bytes of a map's memory", () => {
    const memory = new Uint8Array(addon.mmapMap(map('stations'), 4096 * 8, true));
    for (const place of [0, 4095, 4096, 20_000]) memory[place] = place % 251;
    const copy = new Uint8Array(16_000);
    addon.readMap(map('stations'), 4090, copy);
    assert.deepEqual(copy, memory.slice(4090, 4090 + 16_000));
    memory[4096] = 0;
    assert.equal(copy[6], 4096 % 251);
    addon.readMap(map('stations'), 0, new Uint8Array(0));
    fails({ code: 'EINVAL', syscall: 'mmap' }, () => addon.readMap(map('loads'), 0, new Uint8Array(1 << 20)));
    assert.throws(() => untyped['readMap']?.(map('loads'), 0, 'x'), { message: '`into` must be a Uint8Array' });
  });

  test('runs a program on a frame and returns frame and verdict', () => {
    const frame = Uint8Array.from({ length: 60 }, (_, i) => i);
    frame.set([0x88, 0xcc], 12); // LLDP: nothing for a director
    const ran = addon.testRun(program('xdpvs'), {
      data: frame,
      ingressIfindex: addon.ifNameToIndex('eth0'),
      repeat: 3,
    });
    assert.equal(ran.retval, 2);
    assert.deepEqual(ran.data, frame);
    assert.ok(ran.duration > 0);
  });

  test('runs a program without a frame, on its context', () => {
    const given = new Uint8Array(clockCodec.size);
    const { ctx, data } = addon.testRun(program('read_clock'), { ctx: given });
    const [jiffies, monotonic] = new BigUint64Array(ctx.buffer);
    assert.ok((jiffies ?? 0n) > 0n && (monotonic ?? 0n) > 0n);
    assert.deepEqual(given, new Uint8Array(clockCodec.size));
    assert.equal(data.length, 0);
  });

  for (const [mode, flags, answer] of [
    ['native', NATIVE, 1],
    ['generic', GENERIC, 2],
  ] as const) {
    test(`links in ${mode} mode, tells of it, and takes it off`, () => {
      const ifindex = addon.ifNameToIndex('eth0');
      assert.equal(addon.ifIndexToName(ifindex), 'eth0');
      const { id } = addon.programInfo(program('xdpvs'));
      const link = addon.linkXdp(program('xdpvs'), ifindex, flags);
      assert.deepEqual(addon.xdpQuery(ifindex), { programId: id, mode: answer });
      assert.deepEqual({ ...addon.linkInfo(link), id: 0 }, { id: 0, programId: id, ifindex });
      fails({ code: 'EBUSY', syscall: 'bpf_link_create' }, () => addon.linkXdp(program('xdpvs'), ifindex, flags));
      addon.updateLink(link, program('xdpvs'));
      addon.detachLink(link);
      assert.deepEqual(addon.xdpQuery(ifindex), { programId: 0, mode: 0 });
      assert.equal(addon.linkInfo(link).ifindex, 0);
      addon.close(link);
    });
  }

  test('a link whose interface is removed has ifindex 0', () => {
    ip('link', 'add', 'gone0', 'type', 'veth', 'peer', 'name', 'gone1');
    const link = addon.linkXdp(program('xdpvs'), addon.ifNameToIndex('gone0'), GENERIC);
    ip('link', 'del', 'gone0');
    assert.equal(addon.linkInfo(link).ifindex, 0);
    addon.close(link);
  });
});
