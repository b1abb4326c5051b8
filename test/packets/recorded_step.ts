// SPDX-License-Identifier: Apache-2.0
/** What a recorded step says against what became of its packet here. */
import assert from 'node:assert/strict';

import type { Arm, Director, Seen } from '../support/director.js';
import { ethernet, internetChecksum, parseFrame, parsePacket } from '../support/frames.js';
import { FROM_CLIENT, fromServer } from './scene.js';

/** [label, what was sent, what came out...], as `C> HEX`, `R< HEX` and so on. */
export type RecordedStep = readonly string[];

/** In the order of recording: which side sends, and what. The real server is the one that has the packet's source. */
export function sentIn(step: RecordedStep): { frame: Buffer; arm: Arm }[] {
  return step
    .filter((each) => /^[CR]> /.test(each))
    .map((each) => {
      const packet = Buffer.from(each.slice(3), 'hex');
      const number = Number(/(\d+)$/.exec(parsePacket(packet).source)?.[1] ?? 1);
      return each.startsWith('C')
        ? { frame: ethernet(packet, FROM_CLIENT), arm: 'lan' }
        : { frame: ethernet(packet, fromServer(number)), arm: 'farm' };
    });
}

export function cameIn(step: RecordedStep): Buffer[] {
  return step.filter((each) => /^[CR]< /.test(each)).map((each) => Buffer.from(each.slice(3), 'hex'));
}

/** `setting` is `= NAME VALUE`. */
export function setRecorded(director: Director, setting: string): void {
  const [, name = '', value = ''] = setting.split(' ');
  director.set(name, Number(value));
}

/** Of a step with one packet: the very bytes come out, or it is left to the host as it came, or it ends. */
export function assertAsRecorded(director: Director, step: RecordedStep): void {
  const [label = ''] = step;
  const [{ frame, arm }] = sentIn(step) as [ReturnType<typeof sentIn>[number]];
  const recorded = cameIn(step);
  const seen = director.receive(frame, arm);
  if (seen.action !== 'REDIRECT') return assertNotSent(seen, frame, recorded, label);

  const packet = parseFrame(frame).packet;
  const came = parseFrame(seen.frame).packet;
  assert.equal(recorded.length, 1, `${label}: ${seen.outcome}, recorded ${recorded.length}`);
  assert.equal(masked(came, packet), masked(recorded[0]!, packet), `${label}: ${seen.outcome}`);
  if (came[0]! >> 4 === 4) assert.equal(internetChecksum(parsePacket(came).header), 0, label);
}

/** What the host forwards or answers by itself came out of the recorded host too; what is dropped here came out of none. */
function assertNotSent(seen: Seen, frame: Buffer, recorded: readonly Buffer[], label: string): void {
  if (seen.action === 'DROP') return assert.deepEqual(recorded, [], `${label}: ${seen.outcome}`);
  assert.equal(seen.action, 'PASS', label);
  assert.ok(seen.frame.equals(frame), `${label}: ${seen.outcome} changed`);
  const { packet: sent } = parseFrame(frame);
  for (const each of recorded)
    assert.ok(isOfHost(each, sent), `${label}: ${seen.outcome}, not ${each.toString('hex')}`);
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
