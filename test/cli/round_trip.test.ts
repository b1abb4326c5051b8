// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addServer, addService } from '../../src/model/commands.js';
import { IpvsError } from '../../src/model/errors.js';
import { EMPTY_STATE } from '../../src/model/state.js';
import type { State, VirtualService } from '../../src/model/types.js';
import { parse } from '../../src/cli/ipvsadm/parse.js';
import { addServerWords, addServiceWords, keyWords } from '../../src/cli/ipvsadm/save.js';
import { Console } from './console.js';
import { FileNames } from './file_names.js';
import { randomFrom, randomServer, randomService } from './random.js';
import type { Random } from './random.js';

const NAMES = new FileNames();

test('what is written for a service is read as that service', () => {
  const random = randomFrom(1);
  for (let round = 0; round < 2000; round++) {
    const service = randomService(random);
    const words = addServiceWords(service, keyWords(service.key, undefined));
    const command = parse(words, NAMES);
    assert.ok(command.name === 'add-service', words.join(' '));
    assert.deepEqual({ ...command.service, realServers: [] }, service, words.join(' '));
  }
});

test('what is written for a real server is read as that real server', () => {
  const random = randomFrom(2);
  for (let round = 0; round < 2000; round++) {
    const { key } = randomService(random);
    const server = randomServer(random, key);
    const words = addServerWords(key, server, keyWords(key, undefined), undefined);
    const command = parse(words, NAMES);
    assert.ok(command.name === 'add-server', words.join(' '));
    assert.deepEqual([command.key, command.server], [key, server], words.join(' '));
  }
});

test('-S -n piped into -R makes the same again', () => {
  const random = randomFrom(3);
  for (let round = 0; round < 60; round++) {
    const [original, copy] = [new Console(), new Console()];
    original.backend.state = randomState(random);
    const saved = original.type('-S -n').out;
    assert.deepEqual(copy.type('-R', saved), { out: '', err: '', rc: 0 });
    assert.deepEqual(asSets(copy.backend.state), asSets(original.backend.state));
    assert.deepEqual(sortedLines(copy.type('-S -n').out), sortedLines(saved));
  }
});

function randomState(random: Random): State {
  let state = EMPTY_STATE;
  for (let round = random(30); round > 0; round--) state = unlessRefused(state, (old) => withService(old, random));
  return state;
}

function withService(state: State, random: Random): State {
  const service = randomService(random);
  let next = addService(state, service);
  for (let round = random(8); round > 0; round--) {
    next = unlessRefused(next, (old) => addServer(old, service.key, randomServer(random, service.key)));
  }
  return next;
}

/** Two of the same may be drawn. */
function unlessRefused(state: State, change: (state: State) => State): State {
  try {
    return change(state);
  } catch (error) {
    if (error instanceof IpvsError) return state;
    throw error;
  }
}

/** Because the sort contradicts itself, what went in in another order may come out in another. */
function sortedLines(text: string): string[] {
  return text.split('\n').sort();
}

/** A listing is sorted, and so forgets the order in which things were added. */
function asSets({ services, timeouts }: State): unknown {
  return { services: new Map(Array.from(services, ([id, service]) => [id, withServerSet(service)])), timeouts };
}

function withServerSet(service: VirtualService): unknown {
  return { ...service, realServers: new Set(service.realServers) };
}
