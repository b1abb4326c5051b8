// SPDX-License-Identifier: Apache-2.0
import { KernelError } from '../kernel/errors.js';

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

export interface Output {
  /** Each takes one line, without its end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Runs a command's work. An error becomes one line under the command's name, and its exit code. */
export function report(command: string, say: Output, work: () => void): number {
  try {
    work();
    return EXIT_OK;
  } catch (error) {
    say.err(`${command}: ${(error as Error).message}`);
    if (error instanceof KernelError) return error.exitCode;
    return error instanceof RangeError ? EXIT_USAGE : EXIT_FAILURE;
  }
}
