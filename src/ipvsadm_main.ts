// SPDX-License-Identifier: Apache-2.0
/** `xdpvsadm`, `-save` and `-restore`: ipvsadm's language on the director of this network namespace. */
import { readFileSync } from 'node:fs';

import type { Io } from './cli/ipvsadm/io.js';
import { runProgram } from './cli/ipvsadm/programs.js';
import { SystemNames } from './cli/ipvsadm/system_names.js';
import { CapacityExceeded } from './image/index.js';
import { Director } from './director/director.js';
import { EXIT_UNAVAILABLE, KernelError } from './kernel/errors.js';
import { endWithTheReader } from './end_process.js';
import { version } from './version.js';

const STANDARD_INPUT = 0;

/** Returns the exit code. */
export function ipvsadmMain(program: string, words: readonly string[]): number {
  endWithTheReader();
  try {
    return runProgram(program, words, new Director(), systemIo(program));
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    process.stderr.write(`${program}: ${(error as Error).message}\n`);
    return code;
  }
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof KernelError) return error.exitCode;
  if (error instanceof CapacityExceeded) return EXIT_UNAVAILABLE;
  return undefined;
}

function systemIo(program: string): Io {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    remark: (line) => void (process.stderr.isTTY && process.stderr.write(`${program}: ${line}\n`)),
    input: () => readFileSync(STANDARD_INPUT, 'utf8'),
    names: new SystemNames(),
    version: version(),
  };
}
