// SPDX-License-Identifier: Apache-2.0
/** Maps of another build are recognised before a byte of them is believed. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';

import type { MapName } from '../../src/abi/generated.js';
import { ABI, MAPS, VALUE_CODECS, limitsCodec } from '../../src/abi/generated.js';
import { addon } from '../../src/kernel/addon.js';
import { attach } from '../../src/kernel/attach.js';
import { ensureBpffs } from '../../src/kernel/bpffs.js';
import { detach } from '../../src/kernel/detach.js';
import { LayoutMismatch } from '../../src/kernel/errors.js';
import { OBJECT } from '../../src/kernel/load.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { Pins } from '../../src/kernel/pins.js';
import { status } from '../../src/kernel/status.js';
import { enterLaboratory, forgetDirector, needsRoot } from './namespace.js';

/** A director as a build with another layout number would have pinned it, on eth0. */
function pinAnotherBuild(abi: bigint): Pins {
  const limits = { ...limitsCodec.decode(new Uint8Array(limitsCodec.size)), cpus: 1, hz: 250, abi };
  const { maps, programs } = addon.load({ path: OBJECT, data: { '.rodata': VALUE_CODECS['.rodata'].encode(limits) } });
  const pins = Pins.here();
  pins.makeFolders();
  for (const name of Object.keys(MAPS) as MapName[]) addon.pin(maps[name] ?? 0, pins.map(name));
  for (const [name, fd] of Object.entries(programs)) addon.pin(fd, pins.program(name));
  const link = addon.linkXdp(programs['xdpvs'] ?? 0, addon.ifNameToIndex('eth0'), 0);
  addon.pin(link, pins.link('eth0'));
  for (const fd of [link, ...Object.values(maps), ...Object.values(programs)]) addon.close(fd);
  return pins;
}

describe("another build's maps", { skip: needsRoot }, () => {
  before(() => {
    enterLaboratory();
    ensureBpffs();
  });
  beforeEach(forgetDirector);

  test("with this layout's number are opened", () => {
    PinnedMaps.open(pinAnotherBuild(ABI)).close();
  });

  test('with another number are refused by whatever would read them', () => {
    pinAnotherBuild(0x1234n);
    const sentence =
      /^the pinned maps are of another build of xdpvs \(layout 0000000000001234, this build [0-9a-f]{16}\)/;
    for (const work of [() => PinnedMaps.open(), () => attach(['eth1'])]) {
      assert.throws(
        work,
        (error) => error instanceof LayoutMismatch && error.exitCode === 78 && sentence.test(error.message),
      );
    }
    assert.equal(addon.xdpQuery(addon.ifNameToIndex('eth1')).programId, 0);
    assert.match(status().problem ?? '', sentence);
    assert.equal(status().tables, undefined);
  });

  test('with a map of another size, or without one, are refused', () => {
    const pins = pinAnotherBuild(ABI);
    rmSync(pins.map('cursors'));
    assert.throws(() => PinnedMaps.open(), /layout without cursors/);
    const other = addon.openPinned(pins.map('members'));
    addon.pin(other, pins.map('cursors'));
    addon.close(other);
    assert.throws(() => PinnedMaps.open(), /layout 4:32 for cursors, this build 4:64/);
  });

  test('are forgotten by detach --all --forget, and taken off by detach', () => {
    pinAnotherBuild(0x1234n);
    assert.equal(detach(['eth0']).isForgotten, true);
    pinAnotherBuild(0x1234n);
    detach('all', { forget: true });
    assert.equal(Pins.here().exist(), false);
    assert.equal(addon.xdpQuery(addon.ifNameToIndex('eth0')).programId, 0);
  });
});
