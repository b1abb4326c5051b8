// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../../../src');

/** Who may import whom, besides itself. The files right in src/ wire, and may import all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  abi: [],
  image: ['model', 'abi'],
  plan: ['image', 'model', 'abi'],
  kernel: ['abi', 'model'],
  observe: ['model', 'image', 'kernel', 'abi'],
  config: ['model'],
  check: ['model', 'kernel'],
  director: ['model', 'image', 'plan', 'kernel', 'observe', 'abi'],
  cli: ['model', 'image', 'kernel', 'observe', 'check', 'director', 'config'],
  bin: [],
};

/** Packages that one module keeps to itself, as the beginning of a path. */
const ALONE: Readonly<Record<string, string>> = {
  bpf: 'kernel/',
  yargs: 'main.ts',
  'prom-client': 'observe/exposition.ts',
  yaml: 'config/yaml.ts',
  ajv: 'config/validate.ts',
};

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';$|\bimport\('([^']+)'\)/gm);
  return [...statements].map(([, still, dynamic]) => still ?? dynamic ?? '');
}

function areaOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

test('each part of the source imports only from the parts that it may', () => {
  const wrong = files.flatMap((file) => {
    const area = areaOf(file);
    if (area === '') return [];
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => areaOf(normalize(join(dirname(file), specifier))))
      .filter(
        (imported) =>
          imported !== area && !MAY_IMPORT[area]?.includes(imported) && !(area === 'bin' && imported === ''),
      )
      .map((imported) => `${file} imports from ${imported || 'the top'}`);
  });
  assert.deepEqual(wrong, []);
});

test('each library stands behind one module', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !/^(\.|node:)/.test(specifier))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !file.startsWith(ALONE[name] ?? '\0'))
      .map((name) => `${file} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('the table names what there is', () => {
  const areas = new Set(files.map(areaOf).filter((area) => area !== ''));
  assert.deepEqual([...areas].sort(), Object.keys(MAY_IMPORT).sort());
});
