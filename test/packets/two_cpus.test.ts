// SPDX-License-Identifier: Apache-2.0
/**
 * Two CPUs, the sweeper and a command that ends connections at work on the same few lines. Whatever they do to each other, when
 * all is over nothing is left: no count, no line, no reply's line.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { TAG_EMPTY, connectionCodec } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { deliver, deliverBeside } from '../support/director/second_cpu.js';
import type { Delivery } from '../support/director/second_cpu.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { FROM_CLIENT, IPV4, IPV6, fromServer, services } from './scene.js';

const test = directorTest({ connections: 64 });

const PORTS = Array.from({ length: 24 }, (_, index) => 40_000 + index);
const FLAGS = ['SYN', 'ACK', 'FIN ACK', 'RST'];
const ROUNDS = 150_000;

/** What clients and real servers may say, in both families; connections come and go within it in every way. */
function conversation(director: Director, method: string): Delivery[] {
  const { lan, farm } = director.ground;
  return [IPV4, IPV6].flatMap(({ client, virtual, real }) =>
    PORTS.flatMap((port) => {
      const from = client.replace('40001', String(port));
      const requests = [...FLAGS.map((flags) => tcp(from, virtual, flags)), udp(from, virtual, 'x')];
      const replies = [...['SYN ACK', 'ACK', 'FIN ACK'].map((flags) => tcp(real, from, flags)), udp(real, from, 'y')];
      return [
        ...requests.map((packet) => ({ frame: ethernet(packet, FROM_CLIENT), ifindex: lan })),
        ...(method === '-m' ? replies.map((packet) => ({ frame: ethernet(packet, fromServer()), ifindex: farm })) : []),
      ];
    }),
  );
}

function tagsInUse(director: Director): number[] {
  const words = new Uint32Array(director.maps.memory('connections').buffer);
  const stride = connectionCodec.size / 4;
  return Array.from({ length: words.length / stride }, (_, line) => words[line * stride]!).filter(
    (tag) => tag !== TAG_EMPTY,
  );
}

for (const method of ['-m', '-g']) {
  test(
    `${method}: what two CPUs did at once adds up in the end`,
    [IPV4, IPV6].flatMap(({ virtual, real }) => services(virtual, real, method)),
    async (director) => {
      director.setTimeouts(0.02);
      director.dataPlane.armSweeper();
      const program = director.dataPlane.program('xdpvs');
      const deliveries = conversation(director, method);
      const beside = deliverBeside({ program, deliveries, count: ROUNDS, seed: 1 });
      deliver({ program, deliveries, count: ROUNDS, seed: 2 });
      await beside;

      for (let left = 200; left > 0 && tagsInUse(director).length > 0; left--) await sleep(50);
      assert.deepEqual(tagsInUse(director), []);
      assert.equal(director.load(), '0/0');
    },
  );
}
