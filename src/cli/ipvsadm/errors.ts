// SPDX-License-Identifier: Apache-2.0

/** The command line itself is wrong. `-R` stops there. */
export class UsageError extends Error {
  readonly exitCode: number = 2;
}

/** A word that is no option, or an option without its argument. `-R` goes on with the next line. */
export class UnreadableOption extends UsageError {
  override readonly exitCode = 255;
}

/** The command line does not begin with a command. */
export class NoCommand extends UsageError {
  override readonly exitCode = 255;

  constructor() {
    super("Try `ipvsadm -h' or 'ipvsadm --help' for more information.");
  }
}
