// SPDX-License-Identifier: Apache-2.0
/** Packets a second with one sender and with two, each on a CPU and so on a queue of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Ends, Flows } from './ends.js';
import { SINK_PORT } from './ends.js';
import type { Site } from './sites.js';

/** Packets a second that arrived. */
export async function sampleRate(site: Site, ends: Ends, cpus: number, flows: Flows, packets: number): Promise<number> {
  ends.aim(site.stationMac, site.clientMac, site.address, SINK_PORT, flows);
  const pumps = await Promise.all(Array.from({ length: cpus }, (_, cpu) => startPump(site, cpu, packets)));
  const before = ends.delivered();
  const times = await Promise.all(pumps.map((pump) => pump()));
  return (ends.delivered() - before) / (Math.max(...times) / 1e9);
}

/** Resolves when the process is ready; then call it to begin. It tells how many ns it took. */
async function startPump(site: Site, cpu: number, packets: number): Promise<() => Promise<number>> {
  const [pump, pin] = [join(import.meta.dirname, 'pump.js'), join(site.pins, `${site.prefix}-client-generate`)];
  const command = ['taskset', '-c', String(cpu), process.execPath, '--no-warnings', pump, pin, String(packets)];
  const child = spawn('ip', ['netns', 'exec', `${site.prefix}-client`, ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  return async () => {
    child.stdin.end('go\n');
    await closed;
    const time = Number(said.split('\n')[1]);
    if (!time) throw new Error(`a sender on CPU ${cpu} ended early: ${said}`);
    return time;
  };
}
