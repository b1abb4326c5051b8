// SPDX-License-Identifier: Apache-2.0
/**
 * Connections that were walked at random through the IPVS of Linux 6.1, and the state that it listed after each packet. `nat`
 * has requests and replies, `dr` requests alone. A step is SIDE CHUNKS STATE: `C 10+6 CLOSED` is a COOKIE ECHO with an ABORT
 * behind it, sent by the client; `-` is no connection. sloppy_sctp was 1, so they begin in any way.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { ChunkName } from '../support/frames.js';
import { CHUNKS, ethernet, sctp } from '../support/frames.js';
import { directorTest } from '../support/director.js';
import { FROM_CLIENT, IPV4, fromServer } from './scene.js';

const test = directorTest();
const walks = JSON.parse(readFileSync('test/reference/sctp.json', 'utf8')) as Record<'nat' | 'dr', string[]>;

const NAMES = new Map(Object.entries(CHUNKS).map(([name, hex]) => [parseInt(hex.slice(0, 2), 16), name as ChunkName]));

function chunksOf(numbers: string): ChunkName[] {
  return numbers.split('+').map((number) => NAMES.get(Number(number))!);
}

for (const [kind, method] of [
  ['nat', '-m'],
  ['dr', '-g'],
] as const) {
  const { virtual, real } = IPV4;

  test(
    `${kind}: ${walks[kind].length} connections go through their states as recorded`,
    [`-A --sctp-service ${virtual} -s rr`, `-a --sctp-service ${virtual} -r ${real} ${method}`],
    (director) => {
      director.set('sloppy_sctp', 1);
      director.setTimeouts(900); // none ends before all have gone
      const now = new Map<string, string>();
      for (const [index, walk] of walks[kind].entries()) {
        const client = `10.1.0.2:${20000 + index}`;
        for (const [number, step] of walk.split(', ').entries()) {
          const [side, chunks, state] = step.split(' ') as [string, string, string];
          if (side === 'C') director.receive(ethernet(sctp(client, virtual, chunksOf(chunks)), FROM_CLIENT));
          else director.receive(ethernet(sctp(real, client, chunksOf(chunks)), fromServer()), 'farm');
          const line = director.connections().find((text) => text.includes(` ${client} `));
          assert.equal(line?.split(' ')[1] ?? '-', state, `${walk}\nstep ${number + 1}`);
        }
        const last = walk.split(' ').at(-1)!;
        if (last !== '-') now.set(client, last);
      }
      assert.equal(director.connections().length, now.size);
      const active = [...now.values()].filter((state) => state === 'ESTABLISHED').length;
      assert.equal(director.load(), `${active}/${now.size - active}`);
    },
  );
}
