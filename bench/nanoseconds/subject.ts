// SPDX-License-Identifier: Apache-2.0
/** One row of the table: a program, what it is sent, and how to know that it did its work. */
import type { Traffic } from './traffic.js';
import type { Expectation } from './verify.js';

export interface Row {
  /** Short and stable: targets and JSON name rows by it. */
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly connections: number;
  readonly traffic: Traffic;
  /** In one timed run. */
  readonly packets: number;
  /** 2: a packet of the row is two packets of the run (turn about with a flood's). */
  readonly packetsEach?: number;
  /** Sent untimed before, so that caches are as after a while of such traffic. */
  readonly warmUp: number;
  readonly expectation: Expectation;
  program(): number;
  /** Before each repetition, untimed. */
  before?(): void;
  /** Throws unless the `packets` just timed all ended as they should. */
  watch(): Watch;
}

export interface Watch {
  check(packets: number): void;
}
