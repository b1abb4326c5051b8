// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const TOOL = join(import.meta.dirname, '../../tools/abi.js');
const folder = mkdtempSync(join(tmpdir(), 'xdpvs-abi-'));
after(() => rmSync(folder, { recursive: true }));

const HEADER = `
typedef unsigned char __u8; typedef unsigned short __u16, __be16; typedef unsigned int __u32; typedef unsigned long long __u64;
#define LIMIT 0x10 /* sixteen */
#define NOT_A_NUMBER sizeof(int)
enum colour : __u8 {
	COLOUR_RED = 1,
	COLOUR_BLUE = 5,
};
struct inner {
	__be16 port;
	__u16 count;
};
struct outer {
	struct inner inner[2];
	enum colour colour;
	__u8 pad[7];
	__u8 mac[6];
	__u8 pad2[2];
	__u64 total;
};
`;

const SOURCE = `
#include "header.h"
#define SEC(name) __attribute__((section(name), used))
struct { int (*type)[1]; int (*max_entries)[7]; __u32 *key; struct outer *value; } things SEC(".maps");
const volatile struct inner fixed SEC(".rodata.fixed");
`;

function compile(header: string): { object: string; headerPath: string } {
  const headerPath = join(folder, 'header.h');
  const source = join(folder, 'source.c');
  const object = join(folder, 'object.o');
  writeFileSync(headerPath, header);
  writeFileSync(source, SOURCE);
  execFileSync('clang-19', ['-std=gnu2x', '-O2', '-g', '-target', 'bpf', '-c', source, '-o', object]);
  return { object, headerPath };
}

function abi(...args: readonly string[]) {
  return spawnSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' });
}

test('a header becomes types, offsets, enums, constants and maps', () => {
  const { object, headerPath } = compile(HEADER);
  const output = join(folder, 'generated.ts');
  assert.equal(abi(object, headerPath, output).status, 0);
  const text = readFileSync(output, 'utf8');

  for (const line of [
    'export const LIMIT = 16;',
    'export const Colour = { COLOUR_RED: 1, COLOUR_BLUE: 5 } as const;',
    '  readonly inner: readonly Inner[];',
    '  readonly colour: Colour;',
    "structCodec('outer', 32, [",
    "  field('inner', 0, array(struct(innerCodec), 4, 2)),",
    "  field('colour', 8, scalar('u8')),",
    "  field('mac', 16, bytes(6)),",
    "  field('total', 24, scalar('u64')),",
    "  field('port', 0, scalar('be16')),",
    "  field('count', 2, scalar('u16')),",
    "  '.rodata.fixed': { type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 1152, pin: 'fixed' },",
    "  things: { type: 1, keySize: 4, valueSize: 32, maxEntries: 7, flags: 0, pin: 'things' },",
  ]) {
    assert.ok(text.includes(line), `${line}\nis not in\n${text}`);
  }
  assert.doesNotMatch(text, /pad|NOT_A_NUMBER/);
});

test('--check finds that a layout has changed, and writes nothing', () => {
  const output = join(folder, 'checked.ts');
  const before = compile(HEADER);
  abi(before.object, before.headerPath, output);
  assert.equal(abi('--check', before.object, before.headerPath, output).status, 0);
  const text = readFileSync(output, 'utf8');

  const after = compile(HEADER.replace('__u16 count', '__u32 count'));
  const checked = abi('--check', after.object, after.headerPath, output);
  assert.equal(checked.status, 1);
  assert.match(checked.stderr, /^abi: .*checked\.ts is not what .* says: .*\n$/);
  assert.equal(readFileSync(output, 'utf8'), text);
});

test("a layout's number follows its fields, not a capacity", () => {
  const numberOf = (header: string, ...replace: [string, string][]) => {
    const { object, headerPath } = compile(header);
    for (const [from, to] of replace) {
      writeFileSync(join(folder, 'source.c'), SOURCE.replace(from, to));
      execFileSync('clang-19', [
        '-std=gnu2x',
        '-O2',
        '-g',
        '-target',
        'bpf',
        '-c',
        join(folder, 'source.c'),
        '-o',
        object,
      ]);
    }
    const output = join(folder, 'numbered.ts');
    abi(object, headerPath, output);
    return /ABI = (0x[0-9a-f]+)n/.exec(readFileSync(output, 'utf8'))?.[1];
  };
  const original = numberOf(HEADER);
  assert.match(original ?? '', /^0x[0-9a-f]{1,16}$/);
  assert.equal(numberOf(HEADER, ['[7]', '[8]']), original);
  assert.notEqual(numberOf(HEADER.replace('mac', 'lladdr')), original);
  assert.notEqual(numberOf(HEADER.replace('COLOUR_BLUE = 5', 'COLOUR_BLUE = 6')), original);
});

test('a struct that the object does not use is asked for', () => {
  const { object, headerPath } = compile(`${HEADER}struct unused {\n\t__u32 x;\n};\n`);
  const { status, stderr } = abi(object, headerPath, join(folder, 'none.ts'));
  assert.equal(status, 1);
  assert.match(stderr, /no struct unused: export it/);
});
