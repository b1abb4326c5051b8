// SPDX-License-Identifier: Apache-2.0
/** Templates in a table that is full. */
import assert from 'node:assert/strict';

import { loadCodec } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, tcp } from '../support/frames.js';
import { FROM_CLIENT } from './scene.js';

const test = directorTest({ connections: 64 });
const VIP = '10.9.0.1:80';

function lines(method: string): string[] {
  return [`-A -t ${VIP} -s rr -p 300`, ...[1, 2].map((number) => `-a -t ${VIP} -r 192.168.1.${number}:80 ${method}`)];
}

function receive(director: Director, from: string, flags: string): string {
  return director.receive(ethernet(tcp(from, VIP, flags), FROM_CLIENT)).outcome;
}

function persistent(director: Director): number {
  const memory = director.maps.memory('loads');
  let sum = 0;
  for (let at = 0; at < memory.length; at += loadCodec.size) sum += loadCodec.decode(memory, at).persistent;
  return sum;
}

for (const method of ['-g', '-m']) {
  test(
    `${method}: a flood of SYNs takes its templates with it, and whoever is established stays`,
    lines(method),
    (director) => {
      receive(director, '10.1.0.2:1', 'SYN');
      receive(director, '10.1.0.2:1', 'ACK');
      const [established] = director.connections().filter((line) => line.includes('ESTABLISHED'));
      for (let index = 0; index < 5000; index++)
        receive(director, `10.2.${index >> 8}.${index & 255}:${1000 + index}`, 'SYN');

      const after = director.connections();
      assert.ok(established !== undefined && after.includes(established));
      assert.ok(after.some((line) => line.startsWith('TCP ASSURED 10.1.0.2:0 ')));
      const templates = after.filter((line) => / (NONE|ASSURED) /.test(line)).length;
      assert.ok(templates <= 64 && templates > 1, String(templates));

      const entered = Array.from({ length: 20 }, (_, client) => receive(director, `10.3.0.${client}:1`, 'SYN'));
      const forwarded = entered.filter((outcome) => outcome.startsWith('FORWARDED_')).length;
      assert.ok(forwarded >= 15, `${forwarded} of 20 clients came in: ${[...new Set(entered)].join(', ')}`);
      assert.ok(persistent(director) >= director.connections().filter((line) => / (NONE|ASSURED) /.test(line)).length);
      assert.ok(persistent(director) <= 64);
    },
  );
}

test('where nothing can be remembered, DR keeps a client at one real server all the same', lines('-g'), (director) => {
  for (let index = 0; index < 200; index++) {
    receive(director, `10.2.0.${index}:7`, 'SYN');
    receive(director, `10.2.0.${index}:7`, 'ACK');
  }
  const macs = new Map<string, Set<string>>();
  for (let port = 1; port <= 5; port++)
    for (let client = 0; client < 20; client++) {
      const { outcome, frame } = director.receive(ethernet(tcp(`10.4.0.${client}:${port}`, VIP, 'SYN'), FROM_CLIENT));
      if (outcome !== 'FORWARDED_STATELESS') continue;
      const seen = macs.get(String(client)) ?? new Set();
      macs.set(String(client), seen.add(frame.toString('hex', 0, 6)));
    }
  assert.ok(macs.size >= 10, `${macs.size} clients went without memory`);
  assert.ok([...macs.values()].every((seen) => seen.size === 1));
});
