// SPDX-License-Identifier: Apache-2.0
/** The kernel's jiffies, by which the data plane tells time. */
import { clockCodec } from '../abi/generated.js';
import { addon } from './addon.js';
import { withPinned } from './pins.js';
import type { Pins } from './pins.js';

export interface Clock {
  /** jiffies64. */
  readonly jiffies: bigint;
  /** CLOCK_MONOTONIC. */
  readonly monotonicNs: bigint;
}

/** What CONFIG_HZ can be on the architectures that Debian has. */
const POSSIBLE_HZ = [100, 250, 300, 1000] as const;

export function readClock(programFd: number): Clock {
  const { ctx } = addon.testRun(programFd, { ctx: new Uint8Array(clockCodec.size) });
  return clockCodec.decode(ctx);
}

/** By the pinned program, whose descriptor need not be kept. */
export function now(pins: Pins): Clock {
  return withPinned(pins.program('read_clock'), readClock);
}

/**
 * No interface tells CONFIG_HZ, but jiffies start five minutes before they overflow 32 bits (INITIAL_JIFFIES in
 * linux/jiffies.h), so only the right HZ makes them agree with the seconds since boot.
 */
export function hzOf({ jiffies, monotonicNs }: Clock): number {
  const seconds = Number(monotonicNs) / 1e9;
  const error = (hz: number) => Math.abs((Number(jiffies) - (2 ** 32 - 300 * hz)) / hz - seconds);
  const best = POSSIBLE_HZ.reduce((a, b) => (error(b) < error(a) ? b : a));
  if (error(best) > 60 + seconds / 100)
    throw new Error(`jiffies are ${jiffies} after ${seconds} s, which fits none of HZ ${POSSIBLE_HZ.join(', ')}`);
  return best;
}
