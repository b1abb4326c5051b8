// SPDX-License-Identifier: Apache-2.0
import type { Names } from './names.js';

/** The world around a run of ipvsadm. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** All of standard input; only `-R` asks for it. */
  input(): string;
  readonly names: Names;
  /** xdpvs's own. */
  readonly version: string;
}
