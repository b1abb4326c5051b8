// SPDX-License-Identifier: Apache-2.0
/** Runs a program on flow after flow: restore.bpf.c before it, BPF_PROG_TEST_RUN around both. */
import { join } from 'node:path';

import type { RawMap } from 'bpf';

import { addon } from '../../src/kernel/addon.js';
import { openRaw } from './loaded_maps.js';
import { planCodec } from './plan.js';
import type { Traffic } from './traffic.js';
import { frameLength, planOf } from './traffic.js';

// build/js/bench/nanoseconds/restore.js -> build/bench
export const OBJECTS = join(import.meta.dirname, '../../../bench');

export interface Run {
  /** CPU time of this thread for each packet. */
  readonly ns: number;
  readonly verdict: number;
  /** As the last run left it. */
  readonly frame: Uint8Array;
}

export const XDP = { ABORTED: 0, DROP: 1, PASS: 2, TX: 3, REDIRECT: 4 } as const;

export class Restore {
  readonly #programs: Readonly<Record<string, number>>;
  readonly #measured: RawMap;
  readonly #plan: Uint8Array;

  constructor(private readonly ifindex: number) {
    const { programs, maps } = addon.load({ path: join(OBJECTS, 'restore.bpf.o') });
    this.#programs = programs;
    this.#measured = openRaw(maps, 'measured');
    this.#plan = new Uint8Array(addon.mmapMap(maps['.data.plan']!, planCodec.size, true));
  }

  /** `packets` packets of the traffic through the program, beginning with the first flow. */
  run(program: number, traffic: Traffic, packets: number): Run {
    planCodec.write(planOf(traffic), this.#plan, 0);
    this.#measured.set(Buffer.alloc(4), uint32(program));
    const data = new Uint8Array(frameLength(traffic.family));
    const options = { data, repeat: packets, ingressIfindex: this.ifindex };
    const before = process.cpuUsage();
    const { retval, data: frame } = addon.testRun(
      this.#programs[`${traffic.direction}_ipv${traffic.family}`]!,
      options,
    );
    const { user, system } = process.cpuUsage(before);
    return { ns: ((user + system) * 1000) / packets, verdict: retval, frame };
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
