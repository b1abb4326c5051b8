// SPDX-License-Identifier: Apache-2.0
/** The kernel's way to a real server, its neighbour entry included. */
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Destination } from '../facts.js';
import { askIp } from './command.js';

interface Route {
  readonly type?: string;
  readonly dev?: string;
  readonly gateway?: string;
}

const UNREACHABLE = ['unreachable', 'prohibit', 'blackhole'];
const UNDECIDED = [undefined, 'INCOMPLETE', 'PROBE', 'DELAY'];

/** Long enough for an answer on any LAN, and for the kernel's second question. */
const PATIENCE_MS = 1500;
const LOOK_EVERY_MS = 100;

/** A datagram to the discard port makes the kernel ask for the neighbour. */
async function nudge(address: string, family: 4 | 6): Promise<void> {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.send(Buffer.alloc(1), 9, address, () => resolve());
  });
  socket.close();
}

async function neighbourState(nextHop: string, device: string): Promise<string | undefined> {
  const entries = await askIp<{ state?: readonly string[] }>('neigh', 'show', nextHop, 'dev', device);
  return entries[0]?.state?.[0];
}

async function resolve(address: string, family: 4 | 6, nextHop: string, device: string): Promise<string | undefined> {
  let state = await neighbourState(nextHop, device);
  if (!UNDECIDED.includes(state) && state !== 'FAILED') return state;
  await nudge(address, family);
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    state = await neighbourState(nextHop, device);
    if (!UNDECIDED.includes(state)) break;
  }
  return state;
}

export async function findDestination(address: string, family: 4 | 6): Promise<Destination> {
  const [route] = await askIp<Route>(`-${family}`, 'route', 'get', address);
  const nextHop = route?.gateway ?? address;
  if (!route?.dev || UNREACHABLE.includes(route.type ?? '')) {
    return { device: undefined, nextHop, isLocal: false, neighbour: undefined };
  }
  if (route.type === 'local') return { device: route.dev, nextHop, isLocal: true, neighbour: undefined };
  const neighbour = await resolve(address, family, nextHop, route.dev);
  return { device: route.dev, nextHop, isLocal: false, neighbour };
}
