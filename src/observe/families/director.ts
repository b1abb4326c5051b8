// SPDX-License-Identifier: Apache-2.0
/** The director as a whole: is it there, is it alive, what became of its packets, how full is it. */
import { written } from '../labels.js';
import { OUTCOMES } from '../outcomes.js';
import type { Look } from '../look.js';
import { single, type Family, type Sample } from './family.js';

export const DIRECTOR: readonly Family[] = [
  {
    name: 'xdpvs_info',
    type: 'gauge',
    help: 'Version of xdpvs that answers, and the layout of the maps that it reads.',
    labels: ['version', 'layout'],
    samples: ({ build }) => [[written({ version: build.version, layout: build.layout }), 1]],
  },
  {
    name: 'xdpvs_attached',
    type: 'gauge',
    help: 'Whether any interface runs the XDP program (1) or none (0).',
    labels: [],
    samples: ({ interfaces }) => single(interfaces.length > 0 ? 1 : 0),
  },
  {
    name: 'xdpvs_interface_attached',
    type: 'gauge',
    help: 'Interfaces that run the XDP program, natively in the driver or generically in the kernel.',
    labels: ['interface', 'mode'],
    samples: ({ interfaces }) => interfaces.map(({ name, mode }) => [written({ interface: name, mode }), 1]),
  },
  {
    name: 'xdpvs_sweeper_age_seconds',
    type: 'gauge',
    help: 'Time since the data plane last looked for expired connections.',
    labels: [],
    samples: ({ sweeperAgeS }) => single(sweeperAgeS),
  },
  {
    name: 'xdpvs_packets_total',
    type: 'counter',
    help: 'Packets by how their journey ended, and whether they were sent on, left to the host or dropped.',
    labels: ['outcome', 'action'],
    samples: packetsByOutcome,
  },
  {
    name: 'xdpvs_table_entries',
    type: 'gauge',
    help: 'Entries in use of a table.',
    labels: ['table'],
    samples: ({ tables }) => tables.map(({ table, entries }) => [written({ table }), entries]),
  },
  {
    name: 'xdpvs_table_capacity_entries',
    type: 'gauge',
    help: 'Entries that a table has room for.',
    labels: ['table'],
    samples: ({ tables }) => tables.map(({ table, capacity }) => [written({ table }), capacity]),
  },
];

function packetsByOutcome({ outcomes, isPinned }: Look): Sample[] {
  if (!isPinned) return [];
  return OUTCOMES.map(({ number, name, action }) => [written({ outcome: name, action }), outcomes[number] ?? 0n]);
}
