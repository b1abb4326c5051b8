// SPDX-License-Identifier: Apache-2.0
/**
 * usage: abi [--check] [OBJECT [HEADER [OUTPUT]]]
 *
 * Writes src/abi/generated.ts from the BTF of build/xdpvs.bpf.o and from bpf/abi.h. With --check it writes nothing and
 * exits 1 if the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';

import { Btf } from './abi/btf.js';
import { readHeader } from './abi/header.js';
import { layoutOf } from './abi/layout.js';
import { printLayout } from './abi/print.js';

const isCheck = process.argv[2] === '--check';
const [object = 'build/xdpvs.bpf.o', headerPath = 'bpf/abi.h', output = 'src/abi/generated.ts'] = process.argv.slice(
  isCheck ? 3 : 2,
);

const STYLE = { printWidth: 120, singleQuote: true };

async function generate(): Promise<string> {
  const layout = layoutOf(Btf.ofObject(object), readHeader(readFileSync(headerPath, 'utf8')));
  const style = (await resolveConfig('src/abi/generated.ts')) ?? STYLE;
  return format(printLayout(layout), { ...style, parser: 'typescript' });
}

function current(): string | undefined {
  try {
    return readFileSync(output, 'utf8');
  } catch {
    return undefined;
  }
}

try {
  const text = await generate();
  if (!isCheck) writeFileSync(output, text);
  else if (text !== current()) {
    console.error(`abi: ${output} is not what ${object} says: run 'make abi' and commit it`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`abi: ${(error as Error).message}`);
  process.exitCode = 1;
}
