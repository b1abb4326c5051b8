// SPDX-License-Identifier: Apache-2.0
/** `xdpvs top`: rates of the last interval, rows in order, and what keys do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keysIn } from '../../../src/cli/top/keys.js';
import type { Key } from '../../../src/cli/top/keys.js';
import { between, sampleOf } from '../../../src/cli/top/sample.js';
import type { Sample } from '../../../src/cli/top/sample.js';
import { rowsOf, screenOf } from '../../../src/cli/top/screen.js';
import { SORTS, sorted } from '../../../src/cli/top/sort.js';
import type { View } from '../../../src/cli/top/view.js';
import { firstView, press } from '../../../src/cli/top/view.js';
import { topCommand } from '../../../src/cli/top_command.js';
import type { Reading } from '../../../src/director/observations.js';
import { readingOf, stateOf } from '../show/reading.js';

const STATE = stateOf(
  '-A -t 192.0.2.1:80 -s rr',
  '-a -t 192.0.2.1:80 -r 10.0.0.1 -m',
  '-a -t 192.0.2.1:80 -r 10.0.0.2 -m',
  '-A -t 192.0.2.2:80 -s rr',
  '-a -t 192.0.2.2:80 -r 10.0.0.3 -m',
  '-A -t 192.0.2.3:80 -s rr',
);

function sampleAt(at: number, reading: Reading = readingOf(STATE)): Sample {
  return sampleOf(reading, at);
}

/** So many connections more for one service. */
function withMore(more: bigint, name: string): Reading {
  const reading = readingOf(STATE);
  const old = reading.services.get(name) ?? assert.fail(name);
  const counts = { ...old.counts, connections: old.counts.connections + more };
  return { ...reading, services: new Map(reading.services).set(name, { ...old, counts }) };
}

test('rates are what came between two looks, a second', () => {
  const name = 'tcp 192.0.2.2:80';
  const rated = between(sampleAt(1000), sampleAt(3000, withMore(500n, name)));
  assert.equal(rated.services.get(name)?.rates.connections, 250);
  assert.equal(rated.services.get('tcp 192.0.2.1:80')?.rates.connections, 0);
  assert.equal(rated.servers.size, 3);
});

test('-Z between two looks makes no negative rate, and what is new has the rate that the director keeps', () => {
  const name = 'tcp 192.0.2.2:80';
  const [before, after] = [sampleAt(0, withMore(500n, name)), sampleAt(1000)];
  assert.equal(between(before, after).services.get(name)?.rates.connections, 0);
  const without = { ...before, services: new Map([...before.services].filter(([each]) => each !== name)) };
  assert.equal(between(without, after).services.get(name)?.rates, after.services.get(name)?.rates);
});

test('rows stand by what is asked for, the largest first, equal ones by name', () => {
  const { services } = sampleAt(0);
  const order = (...by: [(typeof SORTS)[number], boolean]) => sorted(services, ...by).map(([name]) => name.at(-4));
  assert.deepEqual(order('conn', false), ['3', '2', '1']);
  assert.deepEqual(order('conn', true), ['1', '2', '3']);
  assert.deepEqual(order('active', false), ['2', '1', '3']);
  assert.deepEqual(order('name', false), ['1', '2', '3']);
  assert.deepEqual(order('name', true), ['3', '2', '1']);
  const still = between(sampleAt(0), sampleAt(1000));
  assert.deepEqual(
    sorted(still.services, 'conn', true).map(([name]) => name.at(-4)),
    ['1', '2', '3'],
  );
});

const SIZE = { width: 100, height: 10 };

function names(view: View): readonly string[] {
  return rowsOf(view, sampleAt(0), []).names;
}

function pressed(view: View, ...keys: readonly Key[]): View {
  return keys.reduce((now, key) => press(now, key, names(now), 6), view);
}

test('keys go down from services to real servers to connections, and back to where one was', () => {
  const start = firstView('name');
  const servers = pressed(start, 'down', 'enter');
  assert.deepEqual(servers.level, { of: 'servers', service: 'tcp 192.0.2.2:80' });
  const connections = pressed(servers, 'enter');
  assert.deepEqual(connections.level, {
    of: 'connections',
    service: 'tcp 192.0.2.2:80',
    server: 'tcp 192.0.2.2:80 -> 10.0.0.3:80',
  });
  assert.deepEqual(pressed(connections, 'enter').level, connections.level, 'there is nothing below');
  const back = pressed(connections, 'back', 'back');
  assert.deepEqual([back.level, back.chosen], [{ of: 'services' }, 'tcp 192.0.2.2:80']);
  assert.deepEqual(pressed(back, 'back'), back, 'there is nothing above');
});

test('what is chosen stays chosen where it moves to, and the first is when it is gone', () => {
  const chosen = pressed(firstView('name'), 'down', 'down');
  assert.equal(chosen.chosen, 'tcp 192.0.2.3:80');
  assert.equal(pressed(chosen, 'down').chosen, 'tcp 192.0.2.3:80', 'the last is the last');
  assert.equal(pressed(chosen, 'reverse', 'down').chosen, 'tcp 192.0.2.2:80');
  assert.equal(press({ ...chosen, chosen: 'gone' }, 'down', ['a', 'b'], 6).chosen, 'b');
  assert.equal(press(chosen, 'page-up', ['a'], 6).chosen, 'a');
  assert.equal(press(chosen, 'enter', [], 6).level.of, 'services', 'of nothing, nothing can be gone down to');
});

test('s goes through all columns, p pauses, q ends', () => {
  const view = firstView('conn');
  const all = SORTS.reduce((now) => pressed(now, 'sort'), view);
  assert.equal(all.sort, 'conn');
  assert.equal(pressed(view, 'sort').sort, 'active');
  assert.equal(pressed(view, 'pause').isPaused, true);
  assert.equal(pressed(view, 'pause', 'enter', 'pause', 'back').isPaused, false, 'wherever it was begun');
  assert.equal(pressed(view, 'quit').isOver, true);
});

test('a terminal sends keys one by one or together', () => {
  assert.deepEqual(keysIn('\x1b[A\x1b[Bjk\r'), ['up', 'down', 'down', 'up', 'enter']);
  assert.deepEqual(keysIn('\x1b'), ['back']);
  assert.deepEqual(keysIn('\x1b[5~\x1bOBq'), ['page-up', 'down', 'quit']);
  assert.deepEqual(keysIn('xyz\x1b[1;5C'), []);
});

test('a screen is as large as the terminal, with the chosen row marked and in sight', () => {
  const many = stateOf(...Array.from({ length: 50 }, (_, index) => `-A -t 192.0.2.${index + 100}:80 -s rr`));
  const sample = sampleOf(readingOf(many), 0);
  const rows = rowsOf(firstView('name'), sample, [], SIZE.width);
  for (const chosen of ['tcp 192.0.2.100:80', 'tcp 192.0.2.125:80', 'tcp 192.0.2.149:80']) {
    const { lines, marked } = screenOf({ ...firstView('name'), chosen }, sample, rows, SIZE);
    assert.equal(lines.length, SIZE.height);
    assert.ok(lines.every((line) => line.length <= SIZE.width));
    assert.ok(lines[marked ?? -1]?.startsWith(chosen), lines.join('\n'));
  }
  const empty = rowsOf(firstView('name'), sampleOf(readingOf(stateOf()), 0), []);
  assert.equal(screenOf(firstView('name'), sample, empty, { width: 20, height: 3 }).marked, undefined);
});

test('the sums fit 80 columns, however large', () => {
  const sample = sampleAt(0);
  const rates = { connections: 999e12, inPackets: 999e12, outPackets: 999e12, inBytes: 0, outBytes: 0 };
  const huge = { ...[...sample.services.values()][0]!, rates, load: { active: 88888, inactive: 88888, persistent: 0 } };
  const size = { width: 200, height: 10 };
  const { lines } = screenOf(
    firstView('conn'),
    { ...sample, services: new Map([['a', huge]]) },
    rowsOf(firstView('conn'), sample, []),
    size,
  );
  assert.equal(lines[0], '88.9k active, 88.9k inactive connections; 999T conn/s; pkt/s 999T in, 999T out');
  assert.ok(lines[0].length <= 80);
  assert.equal(lines[1], '3 services by conn');
});

async function type(options: Partial<Parameters<typeof topCommand>[1]>) {
  const [out, err]: [string[], string[]] = [[], []];
  const say = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const director = { reading: () => readingOf(STATE), connections: () => [] };
  const usual = { interval: 0.1, count: 1, sort: 'conn', service: undefined, json: false } as const;
  return { code: await topCommand(director, { ...usual, ...options }, say), out, err };
}

test('--count prints so many tables', async () => {
  const { code, out } = await type({ count: 2, service: '192.0.2.1' });
  assert.equal(code, 0);
  assert.equal(out.length, 2);
  assert.match(out[0] ?? '', /^SERVICE .*\ntcp 192\.0\.2\.1:80 [^\n]*\n$/);
});

test('--json prints an object a line', async () => {
  const { out } = await type({ json: true, sort: 'name' });
  const told = JSON.parse(out[0] ?? '') as Record<'services' | 'servers', { service?: string; of?: unknown }[]>;
  assert.doesNotMatch(out[0] ?? '', /\n/);
  assert.deepEqual(
    told.services.map(({ service }) => service),
    ['tcp 192.0.2.1:80', 'tcp 192.0.2.2:80', 'tcp 192.0.2.3:80'],
  );
  assert.equal(told.servers.length, 3);
});

test('what cannot be meant is one line', async () => {
  for (const [options, err] of [
    [{ interval: 0 }, 'xdpvs top: --interval is from 0.1 to 3600 seconds, not 0'],
    [{ count: 0 }, 'xdpvs top: --count is how often: 1 or more, not 0'],
    [{ count: 1.5 }, 'xdpvs top: --count is how often: 1 or more, not 1.5'],
  ] as const)
    assert.deepEqual(await type(options), { code: 2, out: [], err: [err] });
});
