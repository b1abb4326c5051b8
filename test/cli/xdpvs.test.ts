// SPDX-License-Identifier: Apache-2.0
/** `xdpvs` as a process: wrong command lines are one line and exit code 2. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { COMMANDS } from '../../src/cli/commands/index.js';
import { ROOT } from '../support/host.js';
import { run } from '../support/shell.js';

const XDPVS = join(ROOT, 'bin/xdpvs');

const WRONG: readonly (readonly [line: string, sentence: string])[] = [
  ['', 'no command given: `xdpvs --help` lists them'],
  ['frob', "there is no command 'frob': `xdpvs --help` lists them"],
  ['services --frob', 'unknown argument frob: see `xdpvs services --help`'],
  ['services extra', 'unknown argument extra: see `xdpvs services --help`'],
  ['apply', 'an argument is missing: see `xdpvs apply --help`'],
  ['attach lo --connections many', "--connections takes a number, not 'many'"],
  ['attach lo --mode fast', "--mode is one of auto, native, generic, not 'fast'"],
  ['serve --listen', '--listen needs a value: see `xdpvs serve --help`'],
  ['servers --service a --service b', '--service was given more than once: give it once'],
  ['realserver begin 192.0.2.80', "action is one of start, stop, not 'begin'"],
  ['completion fish', "shell is one of bash, zsh, not 'fish'"],
];

for (const [line, sentence] of WRONG) {
  test(`xdpvs ${line}: ${sentence}`, async () => {
    const result = await run(XDPVS, line.split(' ').filter(Boolean));
    assert.deepEqual(result, { code: 2, stdout: '', stderr: `xdpvs: ${sentence}\n` });
  });
}

test('options of a command that cannot be meant are told under its name', async () => {
  for (const [line, sentence] of [
    ['connections --state foo', "--state cannot be 'FOO': NONE, ESTABLISHED,"],
    ['connections --client 10', "--client cannot be '10': give ADDRESS"],
    ['services --service www', "--service cannot be 'www': give [tcp|udp|sctp ]ADDRESS"],
    ['outcomes --interval -1', '--interval is from 0 to 3600 seconds'],
  ] as const) {
    const { code, stdout, stderr } = await run(XDPVS, line.split(' '));
    assert.deepEqual([code, stdout], [2, '']);
    assert.ok(stderr.startsWith(`xdpvs ${line.split(' ')[0]}: ${sentence}`), stderr);
    assert.equal(stderr.split('\n').length, 2);
  }
});

test('help lists every command with its summary', async () => {
  const { stdout } = await run(XDPVS, ['--help']);
  const words = stdout.replace(/\s+/g, ' ');
  for (const { name, summary } of COMMANDS) {
    assert.ok(words.includes(`xdpvs ${name}`), name);
    assert.ok(words.includes(summary), summary);
  }
});

test('-h is --help, of the whole and of a command', async () => {
  for (const words of [[], ['top'], ['mark']]) {
    const [short, long] = [await run(XDPVS, [...words, '-h']), await run(XDPVS, [...words, '--help'])];
    assert.equal(short.code, 0);
    assert.deepEqual(short, long);
    assert.match(short.stdout, /--help/);
  }
});

test('a reader that has read enough ends it without a word', async () => {
  const { stdout, stderr } = await run('bash', ['-c', `${XDPVS} completion zsh | head -1; echo \${PIPESTATUS[0]}`]);
  assert.match(stdout, /^#compdef xdpvs\n(0|141)\n$/);
  assert.equal(stderr, '');
});
