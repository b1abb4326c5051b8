// SPDX-License-Identifier: Apache-2.0
/** The five counters that LVS keeps of everything, for whoever has them. */
import type { Look } from '../look.js';
import type { Counts } from '../source.js';
import type { Family, Labels } from './family.js';

interface Counted {
  readonly labels: Labels;
  readonly counts: Counts;
}

const COUNTERS: readonly { readonly field: keyof Counts; readonly suffix: string; readonly help: string }[] = [
  { field: 'connections', suffix: 'connections', help: 'Connections opened to' },
  { field: 'inPackets', suffix: 'incoming_packets', help: 'Packets from clients to' },
  { field: 'outPackets', suffix: 'outgoing_packets', help: 'Packets that passed the director on their way back from' },
  { field: 'inBytes', suffix: 'incoming_bytes', help: 'IP packet bytes from clients to' },
  {
    field: 'outBytes',
    suffix: 'outgoing_bytes',
    help: 'IP packet bytes that passed the director on their way back from',
  },
];

export function trafficFamilies(
  prefix: string,
  whose: string,
  labels: readonly string[],
  counted: (look: Look) => readonly Counted[],
): Family[] {
  return COUNTERS.map(({ field, suffix, help }) => ({
    name: `${prefix}_${suffix}_total`,
    type: 'counter',
    help: `${help} ${whose}.`,
    labels,
    *samples(look) {
      for (const { labels: whom, counts } of counted(look)) yield [whom, counts[field]];
    },
  }));
}
