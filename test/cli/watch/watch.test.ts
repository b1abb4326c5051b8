// SPDX-License-Identifier: Apache-2.0
/** `xdpvs watch`: what happened between two looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Drops } from '../../../src/cli/watch/drops.js';
import { eventJson, eventText } from '../../../src/cli/watch/event_text.js';
import type { Look } from '../../../src/cli/watch/events.js';
import { events, lookAt } from '../../../src/cli/watch/events.js';
import { OUTCOMES } from '../../../src/observe/outcomes.js';
import { fakeSource } from '../../observe/fake_source.js';
import { stateOf } from '../show/reading.js';

const HERE: Look = {
  state: stateOf('-A -t 192.0.2.80:80 -s rr', '-a -t 192.0.2.80:80 -r 10.0.0.1 -m'),
  interfaces: [{ name: 'eth0', mode: 'native' }],
  outcomes: [],
};

function texts(before: Look | undefined, after: Look | undefined): string[] {
  return events(before, after).map(eventText);
}

test('nothing happened', () => {
  assert.deepEqual(texts(HERE, HERE), []);
  assert.deepEqual(texts(undefined, undefined), []);
});

test('services and real servers come, change and go', () => {
  const state = stateOf(
    '-A -t 192.0.2.80:80 -s wrr',
    '-a -t 192.0.2.80:80 -r 10.0.0.1 -m -w 0',
    '-a -t 192.0.2.80:80 -r 10.0.0.2 -g',
    '-A -u 192.0.2.53:53 -s rr',
  );
  const after = { ...HERE, state };
  assert.deepEqual(texts(HERE, after), [
    '~ tcp 192.0.2.80:80: scheduler rr -> wrr',
    '~ tcp 192.0.2.80:80 -> 10.0.0.1:80: weight 1 -> 0',
    '+ tcp 192.0.2.80:80 -> 10.0.0.2:80 DR weight 1',
    '+ udp 192.0.2.53:53 rr',
  ]);
  assert.deepEqual(texts(after, HERE).slice(-1), ['- udp 192.0.2.53:53 rr']);
});

test('interfaces are attached, detached and attached in another mode', () => {
  const generic: Look = {
    ...HERE,
    interfaces: [
      { name: 'eth0', mode: 'generic' },
      { name: 'eth1', mode: 'native' },
    ],
  };
  assert.deepEqual(texts(HERE, generic), [
    '- eth0 detached',
    '+ eth0 attached in generic mode',
    '+ eth1 attached in native mode',
  ]);
});

test('a director comes with all that it has, and goes', () => {
  assert.deepEqual(texts(undefined, HERE), [
    '+ a director is here',
    '+ eth0 attached in native mode',
    '+ tcp 192.0.2.80:80 rr',
    '+ tcp 192.0.2.80:80 -> 10.0.0.1:80 NAT weight 1',
  ]);
  assert.deepEqual(texts(HERE, undefined), ['- the director is gone: `xdpvs attach` makes one']);
});

test('a look at no director is none, and at one is all of it', () => {
  assert.equal(lookAt(fakeSource(undefined).director()), undefined);
  const { state, interfaces } = HERE;
  const source = fakeSource({ state: () => state, interfaces: () => interfaces, outcomes: () => [] });
  assert.deepEqual(lookAt(source.director()), HERE);
});

function counted(name: string, packets: bigint): bigint[] {
  const number = OUTCOMES.find((each) => each.name === name)?.number ?? assert.fail(name);
  return new Array<bigint>(64).fill(0n).with(number, packets);
}

test('drops are told when they begin and when they are over, not in between', () => {
  const drops = new Drops();
  const step = (before: bigint, after: bigint) =>
    drops.next(counted('no_route', before), counted('no_route', after)).map(eventText);
  assert.deepEqual(step(5n, 5n), []);
  assert.deepEqual(step(5n, 8n), ['! 3 packets no_route (the host has no route to the real server or client)']);
  assert.deepEqual(step(8n, 20n), []);
  assert.deepEqual(step(20n, 20n), ['. no more no_route: it was 15 packets']);
  assert.deepEqual(step(20n, 20n), []);
});

test('what is sent on or left to the host is no drop, and counters that begin anew are no end of one', () => {
  const drops = new Drops();
  assert.deepEqual(drops.next(counted('forwarded_masquerade', 1n), counted('forwarded_masquerade', 9n)), []);
  assert.deepEqual(drops.next(counted('no_connection', 1n), counted('no_connection', 9n)), []);
  drops.next(counted('no_route', 100n), counted('no_route', 101n));
  assert.deepEqual(drops.next(counted('no_route', 101n), counted('no_route', 0n)).map(eventText), [
    '. no more no_route: it was 0 packets',
  ]);
});

test('every event is an object with its time', () => {
  const at = new Date(0);
  const told = [...events(undefined, HERE), ...new Drops().next([], counted('no_route', 2n))].map((event) =>
    eventJson(event, at),
  );
  assert.deepEqual(told[0], { time: '1970-01-01T00:00:00.000Z', what: 'director', isThere: true });
  assert.deepEqual(told[1], {
    time: '1970-01-01T00:00:00.000Z',
    what: 'interface',
    name: 'eth0',
    mode: 'native',
    isAttached: true,
  });
  assert.deepEqual(told.at(-1), {
    time: '1970-01-01T00:00:00.000Z',
    what: 'drops',
    outcome: 'no_route',
    hasBegun: true,
    packets: 2n,
  });
});
