// SPDX-License-Identifier: Apache-2.0
/** attach, detach and status as typed: what is said, and the exit code. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { attachCommand } from '../../src/cli/attach.js';
import { detachCommand } from '../../src/cli/detach.js';
import { statusCommand } from '../../src/cli/status.js';
import { serviceKeyCodec, virtualServiceCodec } from '../../src/abi/generated.js';
import { PinnedMaps } from '../../src/kernel/pinned_maps.js';
import { SMALL, enterLaboratory, ip, needsRoot } from '../kernel/namespace.js';

interface Said {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
}

function typed(command: (say: { out: (line: string) => void; err: (line: string) => void }) => number): Said {
  const out: string[] = [];
  const err: string[] = [];
  const code = command({ out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

const attach = (names: string[], options = {}) => typed((say) => attachCommand(names, options, say));
const detach = (names: string[], options = {}) => typed((say) => detachCommand(names, options, say));
const status = (options = {}) => typed((say) => statusCommand(options, say));

function usage(sentence: string): Said {
  return { code: 2, out: [], err: [sentence] };
}

test('what cannot be meant is answered with usage and exit code 2', () => {
  assert.deepEqual(attach([]), usage('xdpvs attach: no interface given: xdpvs attach IFACE… (`ip link` lists them)'));
  assert.deepEqual(
    attach(['eth0'], { mode: 'fast' }),
    usage("xdpvs attach: there is no mode 'fast': auto, native or generic"),
  );
  assert.deepEqual(
    attach(['eth0'], { connections: 1000 }),
    usage('xdpvs attach: connections must be a power of two from 64 to 33554432, not 1000'),
  );
  assert.deepEqual(detach([]), usage('xdpvs detach: no interface given: xdpvs detach IFACE…, or --all'));
  assert.deepEqual(detach(['eth0'], { all: true }), usage('xdpvs detach: either interfaces or --all'));
  assert.deepEqual(
    detach(['eth0'], { forget: true }),
    usage('xdpvs detach: --forget removes the virtual services too: give it with --all'),
  );
});

describe('typed as root', { skip: needsRoot }, () => {
  before(() => void enterLaboratory());

  test('a day of a director', () => {
    assert.deepEqual(status(), {
      code: 0,
      out: ['no director in this network namespace: `xdpvs attach IFACE` makes one'],
      err: [],
    });

    ip('link', 'add', 'br0', 'type', 'bridge');
    const attached = attach(['eth0', 'br0'], SMALL);
    assert.equal(attached.code, 0, attached.err.join());
    assert.equal(attached.out[0], 'eth0: attached in native mode');
    assert.match(
      attached.out[1] ?? '',
      /^br0: attached in generic mode, since its driver does not take it natively \(\w+\)$/,
    );

    const { out } = status();
    assert.match(out.join('\n'), /^br0 {3}generic {2}program \d+ {2}since \d{4}-\S+Z\neth0 {2}native {3}program/);
    assert.ok(out.includes('connections  0 of 1024'), out.join('\n'));
    const json = JSON.parse(status({ json: true }).out.join('\n')) as {
      interfaces: { name: string }[];
      tables: unknown;
    };
    assert.deepEqual(
      json.interfaces.map(({ name }) => name),
      ['br0', 'eth0'],
    );
    assert.deepEqual(json.tables, {
      connections: { used: 0, capacity: 1024 },
      services: { used: 0, capacity: 16 },
      servers: { used: 0, capacity: 64 },
    });

    assert.deepEqual(attach(['eth0']), {
      code: 73,
      out: [],
      err: ['xdpvs attach: eth0 is attached already: `xdpvs status` shows it, `xdpvs detach eth0` takes it off'],
    });
    addService();
    assert.deepEqual(detach(['eth0']), { code: 0, out: ['eth0: detached'], err: [] });
    assert.deepEqual(detach([], { all: true }).out, [
      'br0: detached',
      '1 virtual service stays pinned for the next attach; `xdpvs detach --all --forget` removes them',
    ]);
    assert.deepEqual(detach([], { all: true, forget: true }).out, [
      'nothing of the director is left in this network namespace',
    ]);
    assert.equal(detach([], { all: true }).code, 69);
  });
});

function addService(): void {
  const maps = PinnedMaps.open();
  const value = virtualServiceCodec.encode(virtualServiceCodec.decode(new Uint8Array(virtualServiceCodec.size)));
  maps.set('services', new Uint8Array(serviceKeyCodec.size), value);
  maps.close();
}
