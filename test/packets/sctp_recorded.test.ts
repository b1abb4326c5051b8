// SPDX-License-Identifier: Apache-2.0
/**
 * Connections that were walked at random through the IPVS of Linux 6.1, and the state that it listed after each packet. `nat`
 * has requests and replies, `dr` requests alone. A step is SIDE CHUNKS STATE: `C 10+6 CLOSED` is a COOKIE ECHO with an ABORT
 * behind it, sent by the client.
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
  /** Others were opened with sloppy_sctp. */
  const opened = walks[kind].filter((walk) => walk.startsWith('C 1 '));

  test(
    `${kind}: ${opened.length} connections go through their states as recorded`,
    [`-A --sctp-service ${virtual} -s rr`, `-a --sctp-service ${virtual} -r ${real} ${method}`],
    (director) => {
      const now = new Map<string, string>();
      for (const [index, walk] of opened.entries()) {
        const client = `10.1.0.2:${20000 + index}`;
        for (const [number, step] of walk.split(', ').entries()) {
          const [side, chunks, state] = step.split(' ') as [string, string, string];
          if (side === 'C') director.receive(ethernet(sctp(client, virtual, chunksOf(chunks)), FROM_CLIENT));
          else director.receive(ethernet(sctp(real, client, chunksOf(chunks)), fromServer()), 'farm');
          const [, seen] = director
            .connections()
            .find((line) => line.includes(` ${client} `))!
            .split(' ');
          assert.equal(seen, state, `${walk}\nstep ${number + 1}`);
        }
        now.set(client, walk.split(' ').at(-1)!);
      }
      assert.equal(director.connections().length, now.size);
      const active = [...now.values()].filter((state) => state === 'ESTABLISHED').length;
      assert.equal(director.load(), `${active}/${now.size - active}`);
    },
  );
}
