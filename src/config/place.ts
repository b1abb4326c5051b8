// SPDX-License-Identifier: Apache-2.0

/** Where in a file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const BEGINNING: Place = { line: 1, column: 1 };

/** What is wrong with a file, and where. */
export class ConfigError extends Error {
  constructor(
    message: string,
    readonly place: Place,
  ) {
    super(message);
  }
}
