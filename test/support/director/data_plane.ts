// SPDX-License-Identifier: Apache-2.0
/** The compiled object in the kernel, its programs called by BPF_PROG_TEST_RUN. Nothing is pinned or attached. */
import { dirname, join } from 'node:path';

import type { Settings } from '../../../src/abi/generated.js';
import { ABI, Outcome, VALUE_CODECS } from '../../../src/abi/generated.js';
import { OUTCOMES_PER_CPU } from '../../../src/kernel/sizes.js';
import type { Loaded } from '../../../src/kernel/addon.js';
import { addon } from '../../../src/kernel/addon.js';
import type { Capacities } from '../../../src/kernel/capacities.js';
import { maxEntries } from '../../../src/kernel/capacities.js';
import type { Time } from '../../../src/kernel/clock.js';
import { measureTime, readClock } from '../../../src/kernel/clock.js';
import { endConnectionsBy } from '../../../src/kernel/end_connections.js';
import type { ConnectionChoice, End } from '../../../src/kernel/end_connections.js';
import { OBJECT, defaultSettings } from '../../../src/kernel/load.js';
import { KernelMaps } from './kernel_maps.js';

export const ACTIONS = ['ABORTED', 'DROP', 'PASS', 'TX', 'REDIRECT'] as const;
export type Action = (typeof ACTIONS)[number];

export type OutcomeName = keyof typeof Outcome;

/** What became of a frame. */
export interface Seen {
  readonly action: Action;
  /** The one that was counted. */
  readonly outcome: OutcomeName;
  readonly frame: Buffer;
}

export class DataPlane {
  readonly maps: KernelMaps;
  readonly hz: number;
  readonly #loaded: Loaded;
  readonly #cpus = addon.cpuCount();
  #isArmed = false;

  constructor(capacities: Capacities) {
    const time = timeHere();
    this.hz = time.hz;
    const limits = {
      hashKeys: [
        0xd6e8feb86659fd93n,
        0x9e3779b97f4a7c15n,
        0xc2b2ae3d27d4eb4fn,
        0x165667b19e3779f9n,
        0xff51afd7ed558ccdn,
      ],
      abi: ABI,
      connectionMask: capacities.connections - 1,
      serversCapacity: capacities.servers,
      servicesCapacity: capacities.services,
      cpus: this.#cpus,
      ...time,
    };
    this.#loaded = addon.load({
      path: OBJECT,
      maxEntries: maxEntries(capacities, this.#cpus),
      data: { '.rodata': VALUE_CODECS['.rodata'].encode(limits) },
    });
    this.maps = new KernelMaps(this.#loaded.maps);
    this.clear();
  }

  /** As after loading, with IPVS's timeouts. */
  clear(): void {
    this.maps.clear();
    this.#writeSettings(defaultSettings(this.hz));
  }

  /** Every state's, in jiffies. */
  setTimeouts(jiffies: number): void {
    const settings = VALUE_CODECS['.data.settings'].decode(this.maps.memory('.data.settings'));
    this.#writeSettings({ ...settings, timeout: settings.timeout.map(() => jiffies) });
  }

  #writeSettings(settings: Settings): void {
    this.maps.set('.data.settings', 0, VALUE_CODECS['.data.settings'].encode(settings));
  }

  /** Throws what the kernel says of a frame that it does not even give to a program (EINVAL: shorter than Ethernet's header). */
  run(frame: Uint8Array, ifindex: number): Seen {
    const before = this.outcomes();
    const { retval, data } = this.transform(frame, ifindex);
    const outcomes = this.outcomes();
    const risen = (Object.keys(Outcome) as OutcomeName[]).filter(
      (name) => outcomes[Outcome[name]] !== before[Outcome[name]],
    );
    if (risen.length !== 1) throw new Error(`one frame, but these outcomes were counted: ${risen.join(', ')}`);
    return { action: ACTIONS[retval]!, outcome: risen[0]!, frame: Buffer.from(data) };
  }

  /** The same without looking at the counts, which takes longer than the program. */
  transform(frame: Uint8Array, ifindex: number): { retval: number; data: Uint8Array } {
    return addon.testRun(this.program('xdpvs'), { data: frame, ingressIfindex: ifindex });
  }

  /** Summed over CPUs, by number. */
  outcomes(): bigint[] {
    const counts = new BigUint64Array(this.maps.memory('outcomes').buffer);
    const cpus = Array.from({ length: this.#cpus }, (_, cpu) => cpu * OUTCOMES_PER_CPU);
    return Array.from({ length: OUTCOMES_PER_CPU }, (_, outcome) =>
      cpus.reduce((sum, first) => sum + (counts[first + outcome] ?? 0n), 0n),
    );
  }

  /** The same, without the upper halves: for those who look after each frame. */
  lowOutcomes(): number[] {
    const words = new Uint32Array(this.maps.memory('outcomes').buffer);
    const counts: number[] = new Array(OUTCOMES_PER_CPU).fill(0);
    for (let cpu = 0; cpu < this.#cpus; cpu++)
      for (let outcome = 0; outcome < OUTCOMES_PER_CPU; outcome++)
        counts[outcome]! += words[2 * (cpu * OUTCOMES_PER_CPU + outcome)]!;
    return counts;
  }

  /** Low half of jiffies. */
  jiffies(): number {
    return Number(readClock(this.program('read_clock')).jiffies & 0xffffffffn);
  }

  /** From now on the sweeper runs, until this is closed. */
  armSweeper(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    const { retval } = addon.testRun(this.program('arm_sweeper'), {});
    if (retval !== 0) throw new Error(`arm_sweeper answered ${retval | 0}`);
  }

  /** As `xdpvs remove` and `xdpvs connections --end` do. */
  endConnections(choice: ConnectionChoice, end: End): number {
    return endConnectionsBy(this.program('end_connections'), this.maps.capacity('connections'), choice, end);
  }

  close(): void {
    this.maps.close();
    closeAll(this.#loaded);
  }

  /** Its descriptor. */
  program(name: string): number {
    return fdOf(this.#loaded, name);
  }
}

/** HZ is a constant of the data plane, so an object that only tells the time goes before. */
function timeHere(): Time {
  const loaded = addon.load({ path: join(dirname(OBJECT), 'clock.bpf.o') });
  try {
    return measureTime(fdOf(loaded, 'read_clock'));
  } finally {
    closeAll(loaded);
  }
}

function fdOf({ programs }: Loaded, name: string): number {
  const fd = programs[name];
  if (fd === undefined) throw new Error(`the object has no program ${name}`);
  return fd;
}

function closeAll({ maps, programs }: Loaded): void {
  for (const fd of [...Object.values(maps), ...Object.values(programs)]) addon.close(fd);
}
