// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Console } from './console.js';
import type { RunOptions } from '../../src/cli/ipvsadm/run.js';
import { SUITES } from './recorded.js';
import type { Recorded } from './recorded.js';
import { Shell } from './shell.js';

function isAboutProc({ cmd }: Recorded): boolean {
  return cmd.includes('/proc/');
}

function shellFor(cases: readonly Recorded[], options?: RunOptions): Shell {
  const shell = new Shell(new Console(options));
  const rules = cases.find(({ cmd }) => cmd === 'cat $T/rules.in');
  if (rules) shell.files.set('$T/rules.in', rules.out);
  return shell;
}

for (const [suite, cases] of SUITES) {
  describe(`what ipvsadm answered: ${suite}`, () => {
    const shell = shellFor(cases);
    for (const recorded of cases.filter((each) => !isAboutProc(each))) {
      test(`${recorded.name}: ${recorded.cmd}`, () => {
        const { out, err, rc } = shell.run(recorded.cmd);
        assert.equal(out, recorded.out);
        assert.equal(err, recorded.err);
        assert.equal(rc, recorded.rc);
      });
    }
  });
}

test('with what the data plane supports, a command does as recorded or is refused as not supported yet', () => {
  let compared = 0;
  for (const cases of SUITES.values()) {
    const supported = shellFor(cases, {});
    for (const { cmd, err, rc, out } of cases.filter((each) => !isAboutProc(each))) {
      const ran = supported.run(cmd);
      compared++;
      if (ran.err.startsWith('not supported yet: ')) {
        assert.match(ran.err, /^not supported yet: [^\n]+\n$/);
        if (!cmd.includes(';')) assert.deepEqual([ran.out, ran.rc], ['', 2], cmd);
      } else if (rc === 2 && !cmd.includes('-R')) {
        assert.deepEqual(ran, { out, err, rc }, cmd);
      }
    }
  }
  assert.ok(compared > 300);
});
