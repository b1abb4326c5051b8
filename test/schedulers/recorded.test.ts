// SPDX-License-Identifier: Apache-2.0
/** The data plane picks as IPVS was recorded to. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import { Player } from './player.js';
import { RECORDED } from './recorded.js';
import type { Step } from './recorded.js';

const test = directorTest();

for (const { file, name, steps } of RECORDED) {
  test(`as recorded: ${file}: ${name}`, [], (director) => {
    for (const step of steps) {
      if (step.kind === 'command') director.run(step.line);
      else play(new Player(director, step.virtual), step);
    }
  });
}

function play(player: Player, { kind, protocol, clients }: Exclude<Step, { kind: 'command' }>): void {
  for (const { client, pick } of clients) {
    if (kind === 'close') player.close(client);
    else if (kind === 'reset') player.reset(client);
    else assert.equal(protocol === 'tcp' ? player.open(client) : player.openDatagram(client), pick, client);
  }
}
