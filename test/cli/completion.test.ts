// SPDX-License-Identifier: Apache-2.0
/** Completion as the shells themselves do it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';

import { COMMANDS } from '../../src/cli/commands/index.js';
import { bashForXdpvs, bashForXdpvsadm } from '../../src/cli/completion/bash.js';
import { IPVSADM_WORDS } from '../../src/cli/completion/ipvsadm_words.js';
import { zshForXdpvs, zshForXdpvsadm } from '../../src/cli/completion/zsh.js';
import { attempt } from '../support/shell.js';

function lacking(shell: string): string | false {
  return attempt(shell, '-c', 'echo here') === '' ? `needs ${shell}` : false;
}

const BASH = `
eval "$1"
read -ra COMP_WORDS <<<"$2"
[ "\${2: -1}" = ' ' ] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
"_\${COMP_WORDS[0]}"
echo "\${COMPREPLY[@]}"
`;

/** What TAB offers for the line. */
function inBash(line: string): string[] {
  const script = line.startsWith('xdpvsadm') ? bashForXdpvsadm() : bashForXdpvs(COMMANDS);
  return execFileSync('bash', ['-c', BASH, 'bash', script, line], { encoding: 'utf8' }).trim().split(' ');
}

test('bash: commands, options, choices, interfaces and files', { skip: lacking('bash') }, () => {
  assert.deepEqual(inBash('xdpvs '), [...COMMANDS.map(({ name }) => name), '--help', '--version']);
  assert.deepEqual(inBash('xdpvs serv'), ['services', 'servers', 'serve']);
  assert.deepEqual(inBash('xdpvs outcomes --'), ['--interval', '--all', '--json', '--help']);
  assert.deepEqual(inBash('xdpvs attach --mode '), ['auto', 'native', 'generic']);
  assert.deepEqual(inBash('xdpvs realserver '), ['start', 'stop']);
  assert.ok(inBash('xdpvs attach l').includes('lo'));
  assert.ok(inBash('xdpvs apply /etc/host').includes('/etc/hosts'));
  assert.deepEqual(inBash('xdpvs serve --listen '), [''], 'nothing is known of it');
});

test('bash: options of xdpvsadm and their choices', { skip: lacking('bash') }, () => {
  assert.equal(inBash('xdpvsadm -').length, IPVSADM_WORDS.length);
  assert.deepEqual(inBash('xdpvsadm -A -s w'), ['wrr', 'wlc']);
  assert.deepEqual(inBash('xdpvsadm -a --tun-type g'), ['gue', 'gre']);
  assert.deepEqual(inBash('xdpvsadm --rea'), ['--real-server']);
  assert.deepEqual(inBash('xdpvsadm -A -t '), ['']);
});

/** A zsh that believes itself on a terminal, where two TABs are pressed after the line. */
const ZSH = `
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "autoload -Uz compinit; compinit -u -D; PS1='>'; setopt no_auto_menu; source $1; stty -echo; print -r READY"
zpty -r inner chunk '*READY*READY*'
zpty -w -n inner "$2"$'\\t\\t'
all=
for round in {1..100}; do
  sleep 0.1
  while zpty -r -t inner chunk; do all+=$chunk; done
  [[ $all == *$3* ]] && break
done
print -r -- $all
zpty -d inner
`;

function inZsh(t: TestContext, script: string, line: string, expected: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'xdpvs-zsh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'completion'), script);
  const args = ['-f', '-c', ZSH, 'zsh', join(folder, 'completion'), line, expected];
  return execFileSync('zsh', args, { encoding: 'utf8', timeout: 30_000, env: { ...process.env, TERM: 'xterm' } });
}

test('zsh: commands with what they do, and choices', { skip: lacking('zsh') }, (t) => {
  const script = zshForXdpvs(COMMANDS);
  assert.match(
    inZsh(t, script, 'xdpvs serv', 'services'),
    /servers\s+-- real servers, with their connections and rates/,
  );
  assert.match(inZsh(t, script, 'xdpvs attach --mode ', 'native'), /auto\s+generic\s+native/);
});

test('zsh: options of xdpvsadm with what they mean', { skip: lacking('zsh') }, (t) => {
  assert.match(inZsh(t, zshForXdpvsadm(), 'xdpvsadm --tun-type ', 'ipip'), /gre\s+gue\s+ipip/);
  assert.match(inZsh(t, zshForXdpvsadm(), 'xdpvsadm --thres', 'lds'), /--thresholds/);
});
