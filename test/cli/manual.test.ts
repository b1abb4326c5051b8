// SPDX-License-Identifier: Apache-2.0
/** Man pages: made of the help, they say all of it, and man shows it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { COMMANDS } from '../../src/cli/commands/index.js';
import { HELP, HELP_SECTIONS } from '../../src/cli/ipvsadm/help.js';
import { OPTIONS } from '../../src/cli/ipvsadm/options.js';
import { text } from '../../src/cli/manual/roff.js';
import { xdpvsPage } from '../../src/cli/manual/xdpvs_page.js';
import { xdpvsadmPage } from '../../src/cli/manual/xdpvsadm_page.js';
import { attempt } from '../support/shell.js';

const skip = attempt('sh', '-c', 'command -v mandoc') === '' ? 'needs mandoc' : false;

const PAGES = { xdpvs: xdpvsPage(COMMANDS, '1.2.3'), xdpvsadm: xdpvsadmPage('1.2.3') };

/** As read on a wide terminal, without bold and without line breaks of its own. */
function rendered(page: string): string {
  const { stdout } = spawnSync('mandoc', ['-T', 'ascii', '-O', 'width=200'], { input: page, encoding: 'utf8' });
  return stdout.replace(/.\x08/g, '').replace(/\s+/g, ' ');
}

for (const [name, page] of Object.entries(PAGES)) {
  test(`${name}(8) is well-formed`, { skip }, () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: page, encoding: 'utf8' });
    const complaints = stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'));
    assert.deepEqual(complaints, []);
  });
}

test('xdpvs(8) tells every command, argument and option', { skip }, () => {
  const shown = rendered(PAGES.xdpvs);
  for (const { name, summary, positionals, options, examples = [] } of COMMANDS) {
    assert.ok(shown.includes(`xdpvs ${name}`), name);
    assert.ok(shown.includes(summary.slice(1)), summary);
    for (const { describe } of Object.values(positionals)) assert.ok(shown.includes(describe), describe);
    for (const [option, { describe }] of Object.entries(options)) {
      assert.ok(shown.includes(`--${option}`), option);
      assert.ok(shown.includes(describe), describe);
    }
    for (const [line] of examples) assert.ok(shown.includes(line), line);
  }
});

test('xdpvsadm(8) tells every row of the help', { skip }, () => {
  const shown = rendered(PAGES.xdpvsadm);
  for (const { words, meaning = '' } of HELP_SECTIONS.flatMap(({ rows }) => rows)) {
    assert.ok(shown.includes(words), words);
    assert.ok(shown.includes(meaning), meaning);
  }
});

test("xdpvsadm's help tells every option", () => {
  for (const { long, short } of OPTIONS) {
    assert.match(HELP, new RegExp(`(?<![\\w-])(--${long})(?![\\w-])`), long);
    if (short !== undefined) assert.match(HELP, new RegExp(`(?<![\\w-])-${short}(?![\\w-])`), short);
  }
});

test('what roff would take for its own is shown as it is', () => {
  assert.equal(text(".a\n'b\\c -d…"), "\\&.a\n\\&'b\\ec \\-d...");
});
