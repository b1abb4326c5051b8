// SPDX-License-Identifier: Apache-2.0
/** A plan may stop after any change: a killed command must leave each service as it was or as it was to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  REAL_SERVER_IN_USE,
  REAL_SERVER_DELETED,
  memberCodec,
  realServerCodec,
  scheduleLevelCodec,
  scheduleSlotCodec,
  virtualServiceCodec,
} from '../../src/abi/generated.js';
import type { VirtualService } from '../../src/abi/generated.js';
import type { Image } from '../../src/image/index.js';
import { segmentsOf } from '../../src/image/rooms.js';
import type { SegmentedArray } from '../../src/image/rooms.js';
import { serviceId } from '../../src/model/service_id.js';
import type { ForwardingMethod, State, VirtualService as VirtualServiceState } from '../../src/model/types.js';
import { diff } from '../../src/plan/index.js';
import type { Change } from '../../src/plan/index.js';
import * as commands from '../image/commands.js';
import type { Command } from '../image/commands.js';
import { Director } from '../image/director.js';
import { Random } from '../image/random.js';

const KEYS = [commands.tcp('192.0.2.1:80'), commands.tcp('192.0.2.2:0'), commands.udp('192.0.2.1:53')];
const METHODS: readonly ForwardingMethod[] = ['masquerade', 'direct-route', 'tunnel'];

function randomCommand(random: Random, state: State): Command {
  const key = random.pick(KEYS);
  const service = state.services.get(serviceId(key));
  if (!service) return commands.addService(key, random.pick(['rr', 'wrr']));
  if (random.below(12) === 0) return random.below(3) === 0 ? commands.clear : commands.deleteService(key);
  if (random.below(8) === 0) return commands.editService(key, { scheduler: random.pick(['rr', 'wrr']) });
  if (random.below(10) === 0) return setTimeouts(random.below(900));
  return randomServerCommand(random, service);
}

function setTimeouts(tcp: number): Command {
  return (state) => ({ ...state, timeouts: { tcp, tcpFin: 9, udp: 3 } });
}

function randomServerCommand(random: Random, { key, realServers }: VirtualServiceState): Command {
  const server = commands.server(`10.0.0.${random.below(5) + 1}:80`, random.below(4), random.pick(METHODS));
  const isThere = realServers.some((each) => each.address.bytes[3] === server.address.bytes[3]);
  if (!isThere) return commands.addServer(key, server);
  return random.below(4) === 0 ? commands.deleteServer(key, server) : commands.editServer(key, server);
}

/** What the data plane may have done since. */
function live(random: Random, director: Director): void {
  for (const key of KEYS) {
    for (let picks = random.below(5); picks > 0; picks--) director.schedule(key);
  }
  for (const number of director.image.arrays.real_servers.keys()) {
    director.count(number, random.below(3));
    director.loads.set(number, { active: random.below(2), inactive: 0, persistent: 0 });
  }
}

function randomDirector(random: Random, commandCount: number): Director {
  const director = new Director();
  for (let count = 0; count < commandCount; count++) {
    director.run(randomCommand(random, director.state));
    live(random, director);
  }
  return director;
}

function stopped(director: Director, changes: readonly Change[]): Director {
  const copy = director.clone();
  for (const change of changes) {
    if (change.kind === 'set') copy.set(change.map, change.key, change.value);
    else copy.delete(change.map, change.key);
  }
  return copy;
}

function valuesOf(image: Image): VirtualService[] {
  return Array.from(image.services.values(), (bytes) => virtualServiceCodec.decode(bytes));
}

/** Every name that the image's services use leads to something. */
function assertSound(image: Image): void {
  const isInUse = (number: number) =>
    ((image.arrays.real_servers.get(number)?.[realServerCodec.offsets.flags] ?? 0) & REAL_SERVER_IN_USE) !== 0;
  for (const bytes of image.arrays.members.values()) assert.ok(isInUse(memberCodec.decode(bytes).realServer));
  for (const bytes of image.arrays.schedule_slots.values()) {
    assert.ok(isInUse(scheduleSlotCodec.decode(bytes).realServer));
  }
  for (const value of valuesOf(image)) assertOwnSlots(image, value);
  for (const array of ['members', 'schedule_levels', 'schedule_slots'] as const) assertApart(image, array);
}

function assertOwnSlots(image: Image, value: VirtualService): void {
  const members = segmentsOf(image, value).members;
  const numbers = Array.from({ length: members.count }, (_, index) => image.arrays.members.get(members.first + index)!);
  const own = new Set(numbers.map((bytes) => memberCodec.decode(bytes).realServer));
  let next = 0n;
  for (let index = value.firstLevel; index < value.firstLevel + value.levelCount; index++) {
    const { start, firstSlot, slotCount } = scheduleLevelCodec.decode(image.arrays.schedule_levels.get(index)!);
    assert.ok(index === value.firstLevel ? start === 0n : start > next, 'levels rise from 0');
    assert.ok(slotCount > 0 && start < value.cycle);
    next = start;
    for (let slot = firstSlot; slot < firstSlot + slotCount; slot++) {
      const { realServer } = scheduleSlotCodec.decode(image.arrays.schedule_slots.get(slot)!);
      assert.ok(own.has(realServer), `slot ${slot} names ${realServer}, which is no member`);
    }
  }
  assert.equal(value.levelCount === 0, value.cycle === 0n);
}

function assertApart(image: Image, array: SegmentedArray): void {
  const segments = valuesOf(image).map((value) => segmentsOf(image, value)[array]);
  const used = new Set<number>();
  for (const { first, count } of segments) {
    for (let index = first; index < first + count; index++) {
      assert.ok(!used.has(index), `${array}[${index}] belongs to two services`);
      used.add(index);
    }
  }
}

/** Each service of `state` is what it is in one of the two, or in neither and absent. */
function assertOldOrNew(state: State, before: State, after: State): void {
  for (const id of new Set([...before.services.keys(), ...after.services.keys(), ...state.services.keys()])) {
    const found = state.services.get(id);
    const isOneOf = [before, after].some((known) => isEqual(found, known.services.get(id)));
    assert.ok(isOneOf, `${id} is neither what it was nor what it was to be`);
  }
  assert.ok([before, after].some((known) => isEqual(known.timeouts, state.timeouts)));
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** Nothing that the lists of `image` hold is written over: a packet may still be reading them. */
function assertUntouched(image: Image, changes: readonly Change[]): void {
  for (const { map, key } of changes) {
    if (map !== 'members' && map !== 'schedule_levels' && map !== 'schedule_slots') continue;
    assert.ok(!image.arrays[map].has(key as number), `${map}[${key as number}] is in use`);
  }
}

function assertEveryPrefix(director: Director, command: Command): void {
  const before = director.state;
  const after = command(before);
  const changes = director.plan(command);
  assertUntouched(director.image, changes);
  for (let length = 0; length <= changes.length; length++) {
    const partly = stopped(director, changes.slice(0, length));
    assertSound(partly.image);
    assertOldOrNew(partly.state, before, after);
    assertRecovers(partly, after);
  }
  assert.deepEqual(stopped(director, changes).state, after);
}

/** The next command completes what was left half done. */
function assertRecovers(partly: Director, after: State): void {
  const next = stopped(
    partly,
    partly.plan(() => structuredClone(after), false),
  );
  assertSound(next.image);
  assert.deepEqual(next.state, after);
}

test('one command, stopped after any of its changes, has not begun or is done', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const director = randomDirector(random, 3);
    for (let count = 0; count < 12; count++) {
      const command = randomCommand(random, director.state);
      assertEveryPrefix(director, command);
      director.run(command);
      live(random, director);
    }
  }
});

test('a whole configuration replaced by another is, service by service, the old or the new one at any moment', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new Random(1000 + seed);
    const director = randomDirector(random, 20);
    const other = randomDirector(random, 20).state;
    assertEveryPrefix(director, () => other);
  }
});

test('a command for one service makes it visible by one write, and touches no other', () => {
  const random = new Random(7);
  const director = randomDirector(random, 10);
  director.run(commands.clear);
  for (const key of KEYS) director.run(commands.addService(key, 'wrr'));
  for (let count = 0; count < 200; count++) {
    const command = randomServerCommand(random, director.state.services.get(serviceId(random.pick(KEYS)))!);
    const writes = director.plan(command).filter((change) => change.map === 'services');
    const isChange = !isEqual(command(director.state), director.state);
    assert.ok(writes.length === 1 || (writes.length === 0 && !isChange), `${writes.length} writes`);
    director.run(command);
    live(random, director);
  }
});

test('nothing changes where nothing is to change', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const director = randomDirector(new Random(2000 + seed), 15);
    const { image } = director;
    assert.deepEqual(diff(image, image), []);
    assert.deepEqual(diff(image, director.clone().image), []);

    const settled = stopped(
      director,
      director.plan((state) => state),
    );
    const changes = settled.plan((state) => state).filter(({ map }) => map === 'services' || map === 'members');
    assert.deepEqual(changes, []);
  }
});

test('the bound of numbers rises before any is used and falls after the records above it are gone', () => {
  const director = new Director();
  director.run(commands.addService(KEYS[0]!, 'rr'));
  const server = commands.server('10.0.0.1:80');
  assert.equal(director.plan(commands.addServer(KEYS[0]!, server))[0]!.map, '.data.settings');

  director.run(commands.addServer(KEYS[0]!, server));
  director.run(commands.deleteServer(KEYS[0]!, server));
  const names = director.plan((state) => state).map((change) => change.map);
  assert.deepEqual(names, ['real_servers', 'next_hops', '.data.settings']);
});

test('a command that changes no list writes none', () => {
  const director = new Director();
  const realServers = [1, 2, 3].map((name) => commands.server(`10.0.0.${name}:80`, name));
  director.run(commands.addService(KEYS[0]!, 'wrr', { realServers }));
  director.schedule(KEYS[0]!);

  const changes = director.plan(commands.editService(KEYS[0]!, { onePacket: true }));
  assert.deepEqual(
    changes.map((change) => change.map),
    ['services'],
  );
});

test('a removed real server is marked after the services that named it were written', () => {
  const director = new Director();
  const server = commands.server('10.0.0.1:80');
  director.run(commands.addService(KEYS[0]!, 'rr'));
  director.run(commands.addServer(KEYS[0]!, server));

  const changes = director.plan(commands.deleteServer(KEYS[0]!, server));

  const marked = changes.findIndex(
    (change) => change.kind === 'set' && change.map === 'real_servers' && isRemovedRecord(change.value),
  );
  assert.ok(marked > changes.findIndex((change) => change.map === 'services'));
});

function isRemovedRecord(value: Uint8Array): boolean {
  return (value[realServerCodec.offsets.flags]! & REAL_SERVER_DELETED) !== 0;
}
