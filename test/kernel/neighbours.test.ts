// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, describe, test } from 'node:test';

import { keepResolved, nextHops, release } from '../../src/kernel/neighbours.js';
import { enterLaboratory, ip, needsRoot } from './namespace.js';

function neighbour(address: string): string {
  return ip('neigh', 'show', 'to', address, 'nud', 'all').trim();
}

describe('neighbours', { skip: needsRoot }, () => {
  before(() => {
    enterLaboratory();
    ip('route', 'add', '203.0.113.0/24', 'via', '10.0.1.2');
  });

  test('the next hop is the address, its gateway, or nobody', () => {
    const found = nextHops(['10.0.0.2', '203.0.113.5', '203.0.113.6', '10.0.0.1', '8.8.8.8']);
    assert.deepEqual(found, [
      { address: '10.0.0.2', device: 'eth0' },
      { address: '10.0.1.2', device: 'eth1' },
    ]);
  });

  test('a next hop is resolved without traffic, stays so, and is let go', async () => {
    assert.equal(neighbour('10.0.0.2'), '');
    keepResolved(['10.0.0.2', '203.0.113.5']);
    for (let tries = 0; tries < 100 && !/REACHABLE/.test(neighbour('10.0.0.2')); tries++) await sleep(20);
    assert.match(neighbour('10.0.0.2'), /lladdr .* managed.* REACHABLE/);
    assert.match(neighbour('10.0.1.2'), /managed/);

    release(['10.0.0.2', '203.0.113.5'], ['203.0.113.6']);
    assert.doesNotMatch(neighbour('10.0.0.2'), /managed/);
    assert.match(neighbour('10.0.0.2'), /lladdr/);
    assert.match(neighbour('10.0.1.2'), /managed/);
  });

  test('an entry that somebody made permanent is left alone', () => {
    ip('neigh', 'replace', '10.0.0.77', 'lladdr', '02:00:00:00:00:77', 'dev', 'eth0', 'nud', 'permanent');
    assert.deepEqual(keepResolved(['10.0.0.77']), []);
    assert.match(neighbour('10.0.0.77'), /02:00:00:00:00:77 PERMANENT/);
  });

  test('one that nobody answers for is let go too', () => {
    keepResolved(['10.0.0.99']);
    assert.match(neighbour('10.0.0.99'), /managed/);
    release(['10.0.0.99'], []);
    assert.doesNotMatch(neighbour('10.0.0.99'), /managed/);
  });
});
