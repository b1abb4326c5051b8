// SPDX-License-Identifier: Apache-2.0
/** Connections by protocol and state; states without any are shown too, so that a graph of them has no holes. */
import { written } from '../labels.js';
import { STATE_NAMES, STATE_PROTOCOLS } from '../names.js';
import type { Look } from '../look.js';
import type { Family, Sample } from './family.js';

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

const STATE_UDP = STATE_NAMES.indexOf('UDP');
/** A UDP line's before its second packet. */
const STATE_NONE = STATE_NAMES.indexOf('NONE');

export const CONNECTIONS: readonly Family[] = [
  {
    name: 'xdpvs_connections',
    type: 'gauge',
    help: 'Connections in the table that have not expired.',
    labels: ['protocol', 'state'],
    samples: connectionsByState,
  },
];

function* connectionsByState({ connections }: Look): Generator<Sample> {
  if (!connections) return;
  for (const [state, name] of STATE_NAMES.entries()) {
    const number = STATE_PROTOCOLS[state]!;
    const count = connections.of(number, state) + (state === STATE_UDP ? connections.of(number, STATE_NONE) : 0);
    yield [written({ protocol: PROTOCOLS[number]!, state: name.toLowerCase() }), count];
  }
}
