// SPDX-License-Identifier: Apache-2.0
/**
 * What Linux 6.1's IPVS did with these packets, replayed. Where it left a packet to the host (a reset, an answer of its own, a
 * reply without a connection), the packet must pass untouched; all else must come out to the byte.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Arm, Director, Seen } from '../support/director.js';
import { MAC, directorTest } from '../support/director.js';
import { ethernet, parseFrame, parsePacket, problemsOf } from '../support/frames.js';
import { FROM_CLIENT, fromServer, serverOf } from './scene.js';

interface Scenario {
  readonly name: string;
  /** As tools/packet_reference.ts writes them. */
  readonly steps: readonly string[];
}

/** The working directory of tests is the project's. */
const scenarios = JSON.parse(readFileSync('test/reference/packets.json', 'utf8')) as Scenario[];

const test = directorTest();

for (const { name, steps } of scenarios) {
  test(`as recorded: ${name}`, [], (director) => {
    for (const [index, step] of steps.entries()) {
      const what = `step ${index + 1} of ${steps.length}: ${step.slice(0, 90)}`;
      const [kind = '', rest = ''] = [step.slice(0, 2).trim(), step.slice(2).trim()];
      if (kind === '$') director.run(rest.replace(/^ipvsadm /, ''));
      if (kind === '#') assertConnections(director, rest, what);
      if (kind.endsWith('>')) assertForwarded(director, step, recordedAfter(steps, index), what);
    }
  });
}

function recordedAfter(steps: readonly string[], index: number): string[] {
  const after = steps.slice(index + 1);
  const end = after.findIndex((step) => !/^[CR]</.test(step));
  return end < 0 ? after : after.slice(0, end);
}

function assertForwarded(director: Director, step: string, recorded: readonly string[], what: string): void {
  const packet = Buffer.from(step.slice(3), 'hex');
  const arm: Arm = step.startsWith('C') ? 'lan' : 'farm';
  const frame = ethernet(packet, arm === 'lan' ? FROM_CLIENT : fromServer(serverNumber(packet)));
  const seen = director.receive(frame, arm);
  if (seen.action === 'DROP') return assert.deepEqual(recorded, [], `${what}: ${seen.outcome}`);
  if (seen.outcome === 'LEFT_TO_HOST') return assertCutByHost(seen, recorded, what);
  if (seen.action === 'PASS') return assertLeftToHost(seen, frame, recorded, what);

  const came = parseFrame(seen.frame);
  assert.equal(recorded.length, 1, `${what}: ${seen.outcome}`);
  const wanted = Buffer.from(recorded[0]!.slice(3), 'hex');
  assert.equal(masked(came.packet, packet).toString('hex'), masked(wanted, packet).toString('hex'), what);
  assert.deepEqual(problemsOf(seen.frame), problemsOf(ethernet(wanted, FROM_CLIENT)), what);
  if (recorded[0]!.startsWith('C')) assert.deepEqual([came.to, came.from], [MAC.client, MAC.lan], what);
  else assert.ok(serverOf(came.to) > 0 && came.from === MAC.farm, what);
}

function serverNumber(packet: Buffer): number {
  return Number(/(\d+)$/.exec(parsePacket(packet).source)?.[1] ?? 1);
}

/** What the kernel draws anew for packets of its own is blanked: the id of IPv4 that may be cut, the flow label of IPv6. */
function masked(packet: Buffer, sent: Buffer): Buffer {
  const copy = Buffer.from(packet);
  const { family, id, dontFragment } = parsePacket(packet);
  if (family === 6 && !isSamePacket(packet, sent)) copy.fill(0, 1, 4).writeUInt8(packet[1]! & 0xf0, 1);
  if (family === 4 && !dontFragment && id !== parsePacket(sent).id) copy.fill(0, 4, 6).fill(0, 10, 12);
  return copy;
}

function isSamePacket(packet: Buffer, sent: Buffer): boolean {
  return packet.subarray(0, 7).equals(sent.subarray(0, 7));
}

/** A host answers with RST or port unreachable, routes on what is not for it, or says nothing. */
function assertLeftToHost(seen: Seen, frame: Buffer, recorded: readonly string[], what: string): void {
  assert.ok(seen.frame.equals(frame), `${what}: ${seen.outcome} rewritten`);
  const sent = parseFrame(frame).packet;
  for (const each of recorded)
    assert.ok(isOfHost(Buffer.from(each.slice(3), 'hex'), sent), `${what}: ${seen.outcome}, not ${each}`);
}

function isOfHost(packet: Buffer, sent: Buffer): boolean {
  const [came, went] = [parsePacket(packet), parsePacket(sent)];
  const isReset = came.protocol === 6 && (came.payload[13]! & 4) !== 0 && came.destination === went.source;
  const isUnreachable = [1, 58].includes(came.protocol) && went.protocol === 17 && came.destination === went.source;
  const isRouted = came.ttl === went.ttl - 1 && came.payload.equals(went.payload) && came.source === went.source;
  return isReset || isUnreachable || (isRouted && came.destination === went.destination);
}

/** The host takes one hop off and cuts what is too large: put together again, the pieces are the packet that it was given. */
function assertCutByHost(seen: Seen, recorded: readonly string[], what: string): void {
  const pieces = recorded.map((each) => parsePacket(Buffer.from(each.slice(3), 'hex')));
  const whole = parsePacket(parseFrame(seen.frame).packet);
  assert.deepEqual(problemsOf(seen.frame), [], what);
  assert.ok(Buffer.concat(pieces.map(({ payload }) => payload)).equals(whole.payload), `${what}: another payload`);
  for (const { source, destination, ttl } of pieces)
    assert.deepEqual([source, destination, ttl], [whole.source, whole.destination, whole.ttl - 1], what);
}

function assertConnections(director: Director, recorded: string, what: string): void {
  const wanted = recorded === '(none)' ? [] : recorded.split(' ; ').map((line) => line.replace(/ \d+:\d+/, ''));
  assert.deepEqual(director.connections(), wanted.sort(), what);
}

test('there are recordings of each method and family', [], () => {
  assert.deepEqual(
    ['tcp-nat', 'tcp-dr', 'tcp-ipip', 'v6-nat', 'v6-dr', 'v6-ip6ip6'].filter(
      (name) => !scenarios.some((each) => each.name === name),
    ),
    [],
  );
});
