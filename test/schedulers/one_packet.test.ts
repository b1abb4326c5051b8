// SPDX-License-Identifier: Apache-2.0
/** One-packet scheduling beside thresholds, as Linux 6.1 was asked. */
import assert from 'node:assert/strict';

import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { Player } from './player.js';

const test = directorTest();
const VIRTUAL = '10.9.0.1:80';

function picks(director: Director, network: string, count: number): string[] {
  const player = new Player(director, VIRTUAL);
  return Array.from({ length: count }, (_, index) => player.openDatagram(`${network}.${index + 1}:5000`));
}

test(
  'a datagram that is forgotten at once still brings its real server to its threshold, and leaves it there',
  [`-A -u ${VIRTUAL} -s rr`, ...[1, 2].map((number) => `-a -u ${VIRTUAL} -r 192.168.1.${number}:80 -g -x 4`)],
  (director) => {
    assert.deepEqual(picks(director, '10.1.1', 6), ['rs2', 'rs1', 'rs2', 'rs1', 'rs2', 'rs1']);
    director.run(`-E -u ${VIRTUAL} -s rr -o`);
    assert.deepEqual(picks(director, '10.1.2', 4), ['rs2', 'rs1', 'none', 'none']);
    director.run(`-E -u ${VIRTUAL} -s rr`);
    assert.deepEqual(picks(director, '10.1.3', 2), ['none', 'none']);
  },
);

test(
  'a real server without connections is relieved of a datagram as it was burdened with it',
  [`-A -u ${VIRTUAL} -s rr -o`, `-a -u ${VIRTUAL} -r 192.168.1.1:80 -g -x 1`],
  (director) => assert.deepEqual(picks(director, '10.1.1', 3), ['rs1', 'rs1', 'rs1']),
);
