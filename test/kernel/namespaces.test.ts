// SPDX-License-Identifier: Apache-2.0
/** Mount and network namespaces, as `ip netns exec` leaves and takes them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { before, describe, test } from 'node:test';

import { attach } from '../../src/kernel/attach.js';
import { BPFFS, ensureBpffs } from '../../src/kernel/bpffs.js';
import { lockPath } from '../../src/kernel/lock.js';
import { Pins } from '../../src/kernel/pins.js';
import { SMALL, enterLaboratory, forgetDirector, ip, needsRoot } from './namespace.js';

const KERNEL = pathToFileURL(join(import.meta.dirname, '../../src/kernel')).href;

/** Runs a module in a process of its own, started by `prefix`. */
function script(prefix: readonly string[], text: string, ...more: readonly string[]) {
  const [command = '', ...args] = [...prefix, process.execPath, '--input-type=module', '-e', text, '--', ...more];
  const result = spawnSync(command, args, { encoding: 'utf8', cwd: '/usr' });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout;
}

const ATTACH = `
  import { attach } from '${KERNEL}/attach.js';
  import { addon } from '${KERNEL}/addon.js';
  attach(['nic'], 'generic', { capacities: ${JSON.stringify(SMALL)} });
  process.stdout.write(String(addon.netnsCookie()));
`;

function addNamespace(name: string): void {
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'add', 'nic', 'type', 'bridge');
}

/** A namespace ends some time after its name is gone. */
async function eventually(is: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 100 && !is(); tries++) await sleep(50);
  return is();
}

describe('directors and namespaces', { skip: needsRoot }, () => {
  before(() => {
    enterLaboratory();
    ensureBpffs();
  });

  test('what is pinned under `ip netns exec` is seen outside, until its namespace is gone and another attaches', async () => {
    const name = `xk${process.pid}gone`;
    addNamespace(name);
    const pins = new Pins(join(BPFFS, script(['ip', 'netns', 'exec', name], ATTACH)));
    const lock = lockPath(BigInt(pins.folder.split('/').at(-1) ?? ''));
    assert.deepEqual([pins.exist(), existsSync(lock)], [true, true]);

    attach(['eth0'], 'auto', { capacities: SMALL });
    assert.equal(pins.exist(), true); // it lives: its NIC does
    ip('netns', 'del', name);
    const isCollected = () => {
      forgetDirector();
      attach(['eth0'], 'auto', { capacities: SMALL });
      return !pins.exist();
    };
    assert.equal(await eventually(isCollected), true);
    assert.equal(existsSync(lock), false);
  });

  test('a director without a NIC stays as long as its namespace', () => {
    const name = `xk${process.pid}idle`;
    addNamespace(name);
    try {
      const pins = new Pins(join(BPFFS, script(['ip', 'netns', 'exec', name], ATTACH)));
      ip('-n', name, 'link', 'del', 'nic');
      forgetDirector();
      attach(['eth0'], 'auto', { capacities: SMALL });
      assert.equal(pins.exist(), true);
      pins.remove();
    } finally {
      ip('netns', 'del', name);
    }
  });

  test('a process that cannot see the mount moves to where it is, with its arguments, directory and network', () => {
    forgetDirector();
    attach(['eth0'], 'auto', { capacities: SMALL });
    const look = `
      import { status } from '${KERNEL}/status.js';
      const { pins } = status();
      console.log(JSON.stringify({ pins, argument: process.argv.at(-1), directory: process.cwd() }));
    `;
    const hidden = ['unshare', '-m', 'sh', '-c', `umount ${BPFFS} && exec "$0" "$@"`];
    const seen = JSON.parse(script(hidden, look, 'as typed')) as unknown;
    assert.deepEqual(seen, { pins: Pins.here().folder, argument: 'as typed', directory: '/usr' });
  });
});
