// SPDX-License-Identifier: Apache-2.0
/** Connections by protocol and state; states without any are shown too, so that a graph of them has no holes. */
import { STATE_NAMES } from '../names.js';
import type { Look } from '../look.js';
import type { Family, Sample } from './family.js';

const TCP = 6;
const UDP = 17;
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
    if (state !== STATE_UDP) yield [{ protocol: 'tcp', state: name.toLowerCase() }, connections.of(TCP, state)];
  }
  yield [{ protocol: 'udp', state: 'udp' }, connections.of(UDP, STATE_UDP) + connections.of(UDP, STATE_NONE)];
}
