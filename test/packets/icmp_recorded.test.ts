// SPDX-License-Identifier: Apache-2.0
/**
 * What Linux 6.1's IPVS did with ICMP errors from every side, by each method and family, and under schedule_icmp and
 * nat_icmp_send. Where it left a packet to the host, or dropped it, nothing but that may become of it here; all else must come out
 * to the byte.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, internetChecksum, parseFrame, parsePacket } from '../support/frames.js';
import { FROM_CLIENT, fromServer } from './scene.js';

interface Scenario {
  readonly name: string;
  /** As tools/icmp_reference.ts writes them. */
  readonly steps: readonly (string | readonly string[])[];
}

const scenarios = JSON.parse(readFileSync('test/reference/icmp.json', 'utf8')) as Scenario[];

/** What other parts of the data plane are for, or what depends on more than the ground of these tests has. */
const NOT_HERE: readonly RegExp[] = [
  /fragment.*(first|second)$/, // of the error itself
  /^error behind hop-by-hop$/,
  /^error in an atomic fragment$/,
  /^on, from the client side with that source$/, // comes back by another device
  /^on, to the vip$/, // IPVS looks whether an address of an interface is meant
];

const test = directorTest();

for (const { name, steps } of scenarios) {
  test(`as recorded: ${name}`, [], (director) => {
    for (const step of steps) {
      if (typeof step !== 'string') assertStep(director, step);
      else if (step.startsWith('$ ')) director.run(step.replace('$ ipvsadm ', ''));
      else set(director, step);
    }
  });
}

function set(director: Director, step: string): void {
  const [, name = '', value = ''] = step.split(' ');
  director.set(name, Number(value));
}

function assertStep(director: Director, [label = '', sent = '', ...recorded]: readonly string[]): void {
  if (NOT_HERE.some((pattern) => pattern.test(label))) return;
  const packet = Buffer.from(sent.slice(3), 'hex');
  const arm = sent.startsWith('C') ? 'lan' : 'farm';
  const frame = ethernet(packet, arm === 'lan' ? FROM_CLIENT : fromServer());
  const seen = director.receive(frame, arm);
  if (seen.action !== 'REDIRECT') return assertNotSent(seen, frame, recorded, label);

  const came = parseFrame(seen.frame).packet;
  assert.equal(recorded.length, 1, `${label}: ${seen.outcome}, recorded ${recorded.length}`);
  const wanted = Buffer.from(recorded[0]!.slice(3), 'hex');
  assert.equal(masked(came, packet), masked(wanted, packet), `${label}: ${seen.outcome}`);
  if (came[0]! >> 4 === 4) assert.equal(internetChecksum(parsePacket(came).header), 0, label);
}

/** What the host forwards or answers by itself came out of the recorded host too; what is dropped here came out of none. */
function assertNotSent(seen: Seen, frame: Buffer, recorded: readonly string[], label: string): void {
  if (seen.action === 'DROP') return assert.deepEqual(recorded, [], `${label}: ${seen.outcome}`);
  assert.equal(seen.action, 'PASS', label);
  assert.ok(seen.frame.equals(frame), `${label}: ${seen.outcome} changed`);
  const { packet: sent } = parseFrame(frame);
  for (const each of recorded)
    assert.ok(isOfHost(Buffer.from(each.slice(3), 'hex'), sent), `${label}: ${seen.outcome}, not ${each}`);
}

function isOfHost(packet: Buffer, sent: Buffer): boolean {
  const [came, went] = [parsePacket(packet), parsePacket(sent)];
  const isRouted = came.ttl === went.ttl - 1 && came.payload.equals(went.payload) && came.source === went.source;
  const isEcho = came.source === went.destination && came.destination === went.source;
  const isExpired = went.ttl === 1 && came.destination === went.source;
  const isElsewhere = came.destination === went.destination && !/^(10\.9\.|fd09:)/.test(went.destination);
  return (isRouted && isElsewhere) || isEcho || isExpired;
}

/** Without what a host draws anew: the id of its own packets that may be cut, and the flow label. */
function masked(packet: Buffer, sent: Buffer): string {
  const copy = Buffer.from(packet);
  if (copy[0]! >> 4 === 6) copy.fill(0, 1, 4).writeUInt8(packet[1]! & 0xf0, 1);
  else if (!packet.subarray(4, 6).equals(sent.subarray(4, 6)) && copy.readUInt16BE(4) !== 0)
    copy.fill(0, 4, 6).fill(0, 10, 12);
  return copy.toString('hex');
}

test('the recording has every side, method and family', [], () => {
  const names = scenarios.map(({ name }) => name);
  for (const side of ['icmpc', 'icmpr'])
    for (const family of [4, 6])
      for (const method of ['nat', 'dr', 'tun']) assert.ok(names.includes(`${side}-${family}u-${method}`));
});
