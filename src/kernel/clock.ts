// SPDX-License-Identifier: Apache-2.0
/** The kernel's jiffies, by which the data plane tells time. */
import { clockCodec } from '../abi/generated.js';
import { addon } from './addon.js';
import { withPinned } from './pins.js';
import type { Pins } from './pins.js';

export interface Ticks {
  /** jiffies64. */
  readonly jiffies: bigint;
  /** CLOCK_MONOTONIC. */
  readonly monotonicNs: bigint;
}

export interface Clock extends Ticks {
  /** CLOCK_TAI. */
  readonly taiNs: bigint;
}

/** What the data plane takes for constant. */
export interface Time {
  readonly hz: number;
  readonly taiOffsetS: number;
}

/** What CONFIG_HZ can be on the architectures that Debian has. */
const POSSIBLE_HZ = [100, 250, 300, 1000] as const;

export function readClock(programFd: number): Clock {
  const { ctx } = addon.testRun(programFd, { ctx: new Uint8Array(clockCodec.size) });
  return clockCodec.decode(ctx);
}

export function measureTime(programFd: number): Time {
  const read = () => readClock(programFd);
  return { hz: measureHz(read), taiOffsetS: taiOffsetS(read()) };
}

/** By the pinned program, whose descriptor need not be kept. */
export function now(pins: Pins): Clock {
  return withPinned(pins.program('read_clock'), readClock);
}

/** Whole seconds that CLOCK_TAI is ahead of UTC: 37, or 0 where no time service has told the kernel. */
export function taiOffsetS({ taiNs }: Clock): number {
  return Math.round((Number(taiNs / 1_000_000n) - Date.now()) / 1000);
}

/** Seconds that a wrong HZ must be off by to be told from a right one whose clocks disagree a little. */
const TELLING_S = 2;
/** Long enough for 250 and 300 to be some jiffies apart. */
const MEASURE_MS = 250;

/** Jiffies a second, which no interface tells. Takes a quarter of a second if asked around five minutes after boot. */
export function measureHz(read: () => Clock): number {
  const first = read();
  const hz = hzOf(first);
  if (hz !== undefined) return hz;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MEASURE_MS);
  return hzBetween(first, read());
}

/**
 * Jiffies start five minutes before they overflow 32 bits (INITIAL_JIFFIES in linux/jiffies.h), so that only the right HZ
 * makes them agree with the seconds since boot; but at that moment every HZ does. undefined: too close to it.
 */
export function hzOf({ jiffies, monotonicNs }: Ticks): number | undefined {
  const seconds = Number(monotonicNs) / 1e9;
  const errors = POSSIBLE_HZ.map((hz) => ({ hz, error: Math.abs(secondsOf(jiffies, hz) - seconds) }));
  const [best, second] = errors.sort((a, b) => a.error - b.error);
  if (!best || !second || second.error - best.error < TELLING_S) return undefined;
  if (best.error > 60 + seconds / 100)
    throw new Error(`jiffies are ${jiffies} after ${seconds} s, which fits none of HZ ${POSSIBLE_HZ.join(', ')}`);
  return best.hz;
}

function secondsOf(jiffies: bigint, hz: number): number {
  return (Number(jiffies) - (2 ** 32 - 300 * hz)) / hz;
}

export function hzBetween(first: Ticks, second: Ticks): number {
  const seconds = Number(second.monotonicNs - first.monotonicNs) / 1e9;
  const hz = Number(second.jiffies - first.jiffies) / seconds;
  return POSSIBLE_HZ.reduce((a, b) => (Math.abs(b - hz) < Math.abs(a - hz) ? b : a));
}
