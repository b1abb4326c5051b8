// SPDX-License-Identifier: Apache-2.0
/** Another thread that runs frames through a loaded program while the test's own does: what two receive queues do at once. */
import { Worker, isMainThread, workerData } from 'node:worker_threads';

import { addon } from '../../../src/kernel/addon.js';

export interface Delivery {
  readonly frame: Uint8Array;
  readonly ifindex: number;
}

interface Work {
  readonly program: number;
  readonly deliveries: readonly Delivery[];
  readonly count: number;
  readonly seed: number;
}

/** `count` times one of `deliveries`, in an order that a seed decides. Frames may be found by the program to be anything. */
export function deliver({ program, deliveries, count, seed }: Work): void {
  let state = seed;
  for (let n = 0; n < count; n++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const { frame, ifindex } = deliveries[(state >> 8) % deliveries.length]!;
    addon.testRun(program, { data: frame, ingressIfindex: ifindex });
  }
}

/** Resolves when all is delivered. Descriptors are the process's, so the program is the same; the namespace is a thread's own. */
export async function deliverBeside(work: Work): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: work });
  await new Promise<void>((resolve, reject) => worker.once('exit', () => resolve()).once('error', reject));
}

if (!isMainThread) {
  addon.enterNetns(`/proc/${process.pid}/ns/net`);
  deliver(workerData as Work);
}
