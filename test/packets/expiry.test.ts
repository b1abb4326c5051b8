// SPDX-License-Identifier: Apache-2.0
/** What happens by itself, with no packet and no process of ours: a timer in the kernel. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { TAG_EMPTY, TAG_FIRST, connectionCodec } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { FAMILIES, FROM_CLIENT, IPV4, fromServer, services } from './scene.js';

const test = directorTest();

function tags(director: Director): number[] {
  const table = director.maps.memory('connections');
  const words = new Uint32Array(table.buffer);
  return Array.from(
    { length: table.length / connectionCodec.size },
    (_, line) => words[(line * connectionCodec.size) / 4]!,
  );
}

function linesInUse(director: Director): number {
  return tags(director).filter((tag) => tag >= TAG_FIRST).length;
}

async function until(condition: () => boolean, seconds: number): Promise<void> {
  for (let left = seconds * 20; left > 0 && !condition(); left--) await sleep(50);
}

test(
  'what has expired is no connection any more, swept or not',
  services(IPV4.virtual, IPV4.real, '-m'),
  async (director) => {
    const { client, virtual, real } = IPV4;
    director.setTimeouts(0.3);
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    director.receive(ethernet(tcp(real, client, 'SYN ACK'), fromServer()), 'farm');
    await sleep(500);

    assert.equal(director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT)).outcome, 'NO_CONNECTION');
    assert.equal(director.receive(ethernet(tcp(real, client, 'ACK'), fromServer()), 'farm').outcome, 'NOT_A_SERVICE');
    assert.deepEqual(director.connections(), []);

    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    assert.equal(director.load(), '1/0', 'the new one, and not the expired one with it');
  },
);

test(
  'expired connections leave the counts and the table within 5 s, without a packet',
  FAMILIES.flatMap(({ virtual, real }) => services(virtual, real, '-m')),
  async (director) => {
    director.setTimeouts(1);
    for (const { client, virtual } of FAMILIES) {
      for (let port = 1; port <= 200; port++) {
        const from = client.replace('40001', String(1000 + port));
        director.receive(ethernet(tcp(from, virtual, 'SYN'), FROM_CLIENT));
        director.receive(ethernet(udp(from, virtual, 'x'), FROM_CLIENT));
      }
    }
    assert.equal(director.load(), '400/400');
    assert.equal(linesInUse(director), 1600);

    director.dataPlane.armSweeper();
    await until(() => director.load() === '0/0' && linesInUse(director) === 0, 5);
    assert.equal(director.load(), '0/0');
    assert.equal(linesInUse(director), 0);

    const isAsNew = (): boolean => tags(director).every((tag) => tag === TAG_EMPTY);
    await until(isAsNew, 10);
    assert.ok(isAsNew(), 'no search goes on over lines that are free again');
  },
);

test('the sweeper leaves what lives alone', services(IPV4.virtual, IPV4.real, '-m'), async (director) => {
  const { client, virtual, real } = IPV4;
  director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
  await sleep(3000); // a whole round
  assert.deepEqual(director.connections(), [`TCP SYN_RECV ${client} ${virtual} ${real}`]);
  assert.equal(director.load(), '1/0');
  assert.equal(
    director.receive(ethernet(tcp(real, client, 'SYN ACK'), fromServer()), 'farm').outcome,
    'REPLIED_MASQUERADE',
  );
});
