// SPDX-License-Identifier: Apache-2.0
/** What a packet costs the director: all CPU time for it, less that of its ends alone. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Flows } from './ends.js';
import { ECHO_PORT, Ends, SINK_PORT } from './ends.js';
import { Processor } from './processor.js';
import type { Site } from './sites.js';

export interface Load {
  readonly key: string;
  readonly label: string;
  readonly flows: Flows;
  readonly port: number;
}

export const LOADS: readonly Load[] = [
  { key: 'one', label: '1 flow', flows: 1, port: SINK_PORT },
  { key: '10k', label: '10k flows', flows: 10_000, port: SINK_PORT },
  { key: 'new', label: 'a new flow a packet', flows: 'new', port: SINK_PORT },
  { key: 'echo', label: '10k flows, echo', flows: 10_000, port: ECHO_PORT },
];

export interface Sample {
  /** ns of CPU time a packet that arrived. */
  readonly ns: number;
  /** Share of the packets sent. */
  readonly delivered: number;
}

/** At least this share of the packets must arrive, or nothing was measured. */
const ENOUGH = 0.9;

export async function sample(site: Site, ends: Ends, load: Load, packets: number): Promise<Sample> {
  ends.aim(site.stationMac, site.clientMac, site.address, load.port, load.flows);
  if (load.flows !== 'new') {
    ends.send(Math.max(load.flows, 1000)); // known from here on
    await settled(ends);
  }
  const processor = new Processor();
  const [before, count] = [processor.time(), ends.delivered()];
  ends.send(packets);
  await settled(ends);
  const arrived = ends.delivered() - count;
  const sample = { ns: (processor.time() - before) / arrived, delivered: arrived / packets };
  if (sample.delivered < ENOUGH)
    throw new Error(`${site.way}, ${load.label}: only ${arrived} of ${packets} packets arrived`);
  return sample;
}

/** Packets in softirq threads are still on their way when the sender is done. */
async function settled(ends: Ends): Promise<void> {
  for (let before = -1; before !== ends.delivered(); await sleep(5)) before = ends.delivered();
}

/** DR and TUN see no replies. */
export function canCarry(site: Site, load: Load): boolean {
  return load.port !== ECHO_PORT || (site.way !== 'dr' && site.way !== 'tun');
}
