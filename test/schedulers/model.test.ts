// SPDX-License-Identifier: Apache-2.0
/** The model that the data plane is compared with picks as IPVS itself was recorded to. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MODULES } from './ipvs/service.js';
import type { IpvsService } from './ipvs/service.js';
import { RECORDED, schedulerOf } from './recorded.js';
import type { Step } from './recorded.js';
import { ToldIpvs } from './told.js';

describe('the model picks as recorded', () => {
  for (const { file, name, steps } of RECORDED) {
    test(`${file}: ${name}`, () => {
      const ipvs = new ToldIpvs();
      let isOnePacket = false;
      for (const step of steps) {
        if (step.kind === 'command') {
          isOnePacket ||= / -o( |$)/.test(step.line);
          ipvs.tell(step.line);
        } else play(ipvs.service, step, isOnePacket);
      }
    });
  }
});

function play(
  service: IpvsService,
  { kind, protocol, clients }: Exclude<Step, { kind: 'command' }>,
  isOnePacket: boolean,
): void {
  for (const { client, pick } of clients) {
    if (kind !== 'open') service.close(client);
    else assert.equal(named(opened(service, protocol, client, isOnePacket)), pick, client);
  }
}

function opened(service: IpvsService, protocol: string, client: string, isOnePacket: boolean): string | undefined {
  if (protocol === 'tcp') return service.open(client);
  return isOnePacket ? service.pass(client) : service.openDatagram(client);
}

function named(address: string | undefined): string {
  return address === undefined ? 'none' : `rs${address.split('.').at(-1)}`;
}

test('there are recordings of every scheduler that is predictable', () => {
  assert.deepEqual(new Set(RECORDED.map(schedulerOf)), new Set(Object.keys(MODULES)));
});
