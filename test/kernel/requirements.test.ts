// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';

import { checkRequirements, isTooOld } from '../../src/kernel/requirements.js';
import { needsRoot } from './namespace.js';

test('6.1 is the oldest kernel', () => {
  for (const old of ['5.15.0-91-generic', '6.0.12', '4.19.0']) assert.equal(isTooOld(old), true, old);
  for (const young of ['6.1.0-42-amd64', '6.1', '6.18.44', '7.0.0-rc1', '10.2'])
    assert.equal(isTooOld(young), false, young);
});

test('an older one is refused by name', { skip: needsRoot }, () => {
  assert.throws(() => checkRequirements('5.10.0-8-amd64'), {
    message: /^this kernel is 5\.10\.0-8-amd64, and xdpvs needs 6\.1/,
    exitCode: 71,
  });
});

test('without the capabilities nothing is tried', { skip: needsRoot }, () => {
  const module = pathToFileURL(join(import.meta.dirname, '../../src/kernel/attach.js')).href;
  const text = `
    import { attach } from '${module}';
    try { attach(['lo']); } catch (error) { console.log(error.exitCode, error.message); }
  `;
  const caps = ['--bounding-set=-all', '--inh-caps=-all'];
  const { stdout } = spawnSync('setpriv', [...caps, process.execPath, '--input-type=module', '-e', text], {
    encoding: 'utf8',
  });
  assert.match(stdout, /^77 loading and attaching need CAP_NET_ADMIN and CAP_BPF: run it as root\n$/);
});
