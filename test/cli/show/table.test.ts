// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Column } from '../../../src/cli/show/table.js';
import { headingOf, layOut, rowOf, table } from '../../../src/cli/show/table.js';
import { percent, shortNumber } from '../../../src/cli/show/number_text.js';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'COUNT', value: ({ count }) => String(count), right: true, rank: 2 },
  { title: 'NOTE', value: ({ note }) => note, rank: 1 },
];

const ROWS: readonly Row[] = [
  { name: 'one', count: 1, note: 'first' },
  { name: 'a longer name', count: 1000000, note: '' },
];

test('columns are as wide as what is in them, numbers to the right, and no row ends in spaces', () => {
  assert.deepEqual(table(COLUMNS, ROWS), [
    'NAME             COUNT  NOTE',
    'one                  1  first',
    'a longer name  1000000',
  ]);
});

test('where room is short the column with the lowest rank goes, then the next', () => {
  assert.deepEqual(table(COLUMNS, ROWS, 24), [
    'NAME             COUNT',
    'one                  1',
    'a longer name  1000000',
  ]);
  assert.deepEqual(table(COLUMNS, ROWS, 15), ['NAME', 'one', 'a longer name']);
});

test('what must stay is cut last, and seen to be', () => {
  assert.deepEqual(table(COLUMNS, ROWS, 9), ['NAME', 'one', 'a longer…']);
  assert.deepEqual(table(COLUMNS, ROWS, 2), ['NAME', 'one', 'a longe…'], 'but not to nothing');
});

test('what can be read shortened is shortened before a column goes, and gets the room that is left', () => {
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', value: ({ name }) => name, least: 6, cut: 'middle' },
    ...COLUMNS.slice(1),
  ];
  assert.deepEqual(table(columns, ROWS, 25), [
    'NAME         COUNT  NOTE',
    'one              1  first',
    'a lo…name  1000000',
  ]);
  assert.deepEqual(table(columns, ROWS, 16), ['NAME       COUNT', 'one            1', 'a l…ame  1000000']);
  assert.deepEqual(table(columns, ROWS, 12), ['NAME', 'one', 'a lon…r name']);
});

test('of two names that are too long, both are shortened alike', () => {
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', value: ({ name }) => name, least: 9 },
    { title: 'NOTE', value: ({ note }) => note, least: 9 },
  ];
  const rows = [{ name: 'a name that is far too long', count: 0, note: 'and a note that is as long' }];
  assert.deepEqual(table(columns, rows, 32).at(1), 'a name that is…  and a note tha…');
});

test('exactly enough room is enough', () => {
  assert.equal(table(COLUMNS, ROWS, 29).length, 3);
  assert.match(table(COLUMNS, ROWS, 29)[0] ?? '', /NOTE/);
  assert.doesNotMatch(table(COLUMNS, ROWS, 28)[0] ?? '', /NOTE/);
});

test('a row that comes after the widths were chosen is shown whole', () => {
  const laid = layOut(COLUMNS, [{ name: 'one', count: 1, note: 'x' }]);
  assert.equal(headingOf(laid), 'NAME  COUNT  NOTE');
  assert.equal(rowOf(laid, { name: 'a longer name', count: 2, note: 'y' }), 'a longer name      2  y');
});

test('numbers are whole up to 9999, then of three digits', () => {
  const texts = [0, 9999, 10_000, 12_345, 99_950, 999_499, 999_500, 2 ** 30, 2 ** 50, 18446744073709551615n];
  assert.deepEqual(
    texts.map((value) => shortNumber(value)),
    ['0', '9999', '10.0k', '12.3k', '100k', '999k', '1.00M', '1.07G', '1.13P', '18.4E'],
  );
  assert.deepEqual([percent(1, 3), percent(0, 0), percent(5, 5)], ['33.3 %', '0 %', '100 %']);
});
