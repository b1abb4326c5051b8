// SPDX-License-Identifier: Apache-2.0
/** `xdpvs apply` as typed: the plan, one change, and nothing at all the second time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';

import type { Applying } from '../../../src/cli/apply_command.js';
import { applyCommand } from '../../../src/cli/apply_command.js';
import type { State } from '../../../src/model/types.js';
import { readingOf, stateOf } from '../show/reading.js';

class MemoryDirector implements Applying {
  changes = 0;

  constructor(public state: State) {}

  reading() {
    return readingOf(this.state);
  }

  change(next: (state: State) => State): void {
    this.state = next(this.state);
    this.changes++;
  }
}

function director(): MemoryDirector {
  return new MemoryDirector(
    stateOf(
      '-A -t 192.0.2.80:80 -s rr',
      '-a -t 192.0.2.80:80 -r 10.0.0.1 -m',
      '-a -t 192.0.2.80:80 -r 10.0.0.2 -m',
      '-A -u 192.0.2.53:53 -s rr',
    ),
  );
}

const WANTED = `
timeouts: { udp: 30 }
services:
  - tcp: 192.0.2.80:80
    scheduler: wrr
    servers:
      - { address: 10.0.0.1, method: nat, weight: 3 }
  - tcp: 192.0.2.81:80
    scheduler: rr
    servers:
      - { address: 10.0.0.1, method: nat }
`;

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'xdpvs-apply-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, text);
  return file;
}

function type(on: MemoryDirector, file: string, options: { dryRun?: boolean; json?: boolean } = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const say = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const { dryRun = false, json = false } = options;
  const code = applyCommand(on, { file, json, 'dry-run': dryRun }, say);
  return { code, out: out.join('\n').split('\n'), err };
}

const PLAN = [
  '~ timeouts: udp 300 -> 30',
  '~ tcp 192.0.2.80:80: scheduler rr -> wrr',
  '~    10.0.0.1:80: weight 1 -> 3 (53 connections)',
  '-    10.0.0.2:80 NAT weight 1 (33 connections)',
  '+ tcp 192.0.2.81:80 rr',
  '+    10.0.0.1:80 NAT weight 1',
  '- udp 192.0.2.53:53 rr',
  '2 added, 3 changed, 2 removed; touches 86 of 86 live connections (100 %): 33 lose their real server, ' +
    '53 stay with one that changes',
];

test('the plan is shown and made by one change; the second time there is nothing to do', (t) => {
  const on = director();
  const file = fileWith(t, WANTED);
  assert.deepEqual(type(on, file), { code: 0, out: PLAN, err: [] });
  assert.equal(on.changes, 1);
  assert.deepEqual([...on.state.services.keys()], ['tcp 192.0.2.80:80', 'tcp 192.0.2.81:80']);

  assert.deepEqual(type(on, file), { code: 0, out: ['nothing to change'], err: [] });
  assert.equal(on.changes, 1);
});

test('--dry-run shows the same and changes nothing', (t) => {
  const on = director();
  const before = on.state;
  assert.deepEqual(type(on, fileWith(t, WANTED), { dryRun: true }).out, [...PLAN, 'dry run: nothing was changed']);
  assert.equal(on.state, before);
});

test('a real server that changes alone stands under the name of its service', (t) => {
  const lines = [
    '-A -t 192.0.2.80:80 -s rr',
    '-a -t 192.0.2.80:80 -r 10.0.0.1 -m -w 2',
    '-a -t 192.0.2.80:80 -r 10.0.0.2 -m',
    '-A -u 192.0.2.53:53 -s rr',
    '',
  ];
  assert.deepEqual(type(director(), fileWith(t, lines.join('\n'))).out, [
    '  tcp 192.0.2.80:80',
    '~    10.0.0.1:80: weight 1 -> 2 (53 connections)',
    '0 added, 1 changed, 0 removed; touches 53 of 86 live connections (61.6 %): 0 lose their real server, ' +
      '53 stay with one that changes',
  ]);
});

test('--json tells the same to programs', (t) => {
  const { out } = type(director(), fileWith(t, WANTED), { json: true, dryRun: true });
  const told = JSON.parse(out.join('\n')) as { changes: Record<string, unknown>[]; applied: boolean };
  assert.equal(told.applied, false);
  assert.equal(told.changes.length, PLAN.length - 1);
  assert.deepEqual(told.changes[2], {
    change: 'changed',
    of: 'server',
    in: { service: 'tcp 192.0.2.80:80', protocol: 'tcp', address: '192.0.2.80', port: 80 },
    address: '10.0.0.1',
    port: 80,
    fields: [{ field: 'weight', before: 1, after: 3 }],
    connections: 53,
  });
});

test('a wrong file is one line with file, line and column, and changes nothing', (t) => {
  const on = director();
  const file = fileWith(t, WANTED.replace('weight: 3', 'weigth: 3'));
  const { code, out, err } = type(on, file);
  assert.deepEqual([code, out, on.changes], [65, [''], 0]);
  assert.equal(err.length, 1);
  assert.ok(err[0]?.startsWith(`xdpvs apply: ${file}:7:43: unknown field 'weigth': a real server has `), err[0]);
});

test('a file that cannot be read is one line', () => {
  assert.deepEqual(type(director(), '/nowhere'), {
    code: 66,
    out: [''],
    err: ['xdpvs apply: cannot read /nowhere: there is no such file'],
  });
  assert.deepEqual(type(director(), '/tmp').err, ['xdpvs apply: cannot read /tmp: it is a folder']);
});
