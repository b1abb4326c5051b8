// SPDX-License-Identifier: Apache-2.0
/** Ends connections by the data plane's own program: user space never writes to the table. */
import type { ConnectionsToEnd } from '../abi/generated.js';
import { ANY_NUMBER, ConnectionEnd, Family, connectionsToEndCodec } from '../abi/generated.js';
import { addon } from './addon.js';
import type { Pins } from './pins.js';
import { withPinned } from './pins.js';

/** What of a connection is chosen by; what is not said may be anything. */
export type ConnectionChoice = Partial<Omit<ConnectionsToEnd, 'first' | 'count' | 'ended' | 'end'>>;

export type End = 'drop' | 'reset' | 'reschedule';

const ENDS: Readonly<Record<End, ConnectionEnd>> = {
  drop: ConnectionEnd.END_DROP,
  reset: ConnectionEnd.END_RESET,
  reschedule: ConnectionEnd.END_RESCHEDULE,
};

const ANYWHERE = { address: new Uint8Array(16), mask: new Uint8Array(16), port: 0, family: Family.FAMILY_NONE };

const ANY: ConnectionsToEnd = {
  client: ANYWHERE,
  virtualService: ANYWHERE,
  real: ANYWHERE,
  service: ANY_NUMBER,
  realServer: ANY_NUMBER,
  states: 0,
  protocol: 0,
  end: ConnectionEnd.END_DROP,
  onlyRemoved: 0,
  first: 0,
  count: 0,
  ended: 0,
};

/** Lines a call: the kernel lets a loop turn 8 million times, and nothing else runs on the CPU meanwhile. */
const LINES_AT_ONCE = 1 << 18;

/** Of a table of `lines`. Gives how many connections it ended. */
export function endConnections(pins: Pins, lines: number, choice: ConnectionChoice, end: End): number {
  return withPinned(pins.program('end_connections'), (program) => endConnectionsBy(program, lines, choice, end));
}

export function endConnectionsBy(program: number, lines: number, choice: ConnectionChoice, end: End): number {
  let ended = 0;
  for (let first = 0; first < lines; first += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, lines - first);
    const asked = connectionsToEndCodec.encode({ ...ANY, ...choice, end: ENDS[end], first, count });
    ended += connectionsToEndCodec.decode(addon.testRun(program, { ctx: asked }).ctx).ended;
  }
  return ended;
}
