// SPDX-License-Identifier: Apache-2.0
import type { Names } from './names.js';

/** The world around a run of ipvsadm. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** What ipvsadm never says: a line that only a person at a terminal gets, so that scripts read what they always read. */
  remark(line: string): void;
  /** All of standard input; only `-R` asks for it. */
  input(): string;
  readonly names: Names;
  /** xdpvs's own. */
  readonly version: string;
}
