// SPDX-License-Identifier: Apache-2.0
import { CapacityExceeded } from '../image/index.js';
import { EXIT_UNAVAILABLE, KernelError } from '../kernel/errors.js';

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

export interface Output {
  /** Each takes one line, without its end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** The reason why a command did nothing, with the exit code that says so. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT_USAGE,
  ) {
    super(message);
  }
}

/** Runs a command's work. An error becomes one line under the command's name, and its exit code. */
export function report(command: string, say: Output, work: () => void): number {
  try {
    work();
    return EXIT_OK;
  } catch (error) {
    return tell(command, say, error as Error);
  }
}

/** For work that takes its time. */
export async function reportLater(command: string, say: Output, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return EXIT_OK;
  } catch (error) {
    return tell(command, say, error as Error);
  }
}

function tell(command: string, say: Output, error: Error): number {
  say.err(`${command}: ${error.message}`);
  return exitCodeOf(error);
}

function exitCodeOf(error: Error): number {
  if (error instanceof KernelError || error instanceof Refusal) return error.exitCode;
  if (error instanceof CapacityExceeded) return EXIT_UNAVAILABLE;
  return error instanceof RangeError ? EXIT_USAGE : EXIT_FAILURE;
}
