// SPDX-License-Identifier: Apache-2.0
/** Says of a frame what became of it, and when it is something else, what it is in words. */
import assert from 'node:assert/strict';

import type { OutcomeName, Seen } from './director.js';
import { parseFrame, parsePacket, problemsOf } from './frames.js';

/** The very bytes came out, and they are right in themselves. */
export function assertSent(
  seen: Seen,
  outcome: OutcomeName,
  frame: Uint8Array,
  action: 'REDIRECT' | 'TX' = 'REDIRECT',
): void {
  assert.equal(`${seen.action} ${seen.outcome}`, `${action} ${outcome}`);
  assertSame(seen.frame, frame);
  assert.deepEqual(problemsOf(seen.frame), []);
}

/** The host gets this frame: the very one that came, or what the director made of it. */
export function assertPassed(seen: Seen, outcome: OutcomeName, frame: Uint8Array): void {
  assert.equal(`${seen.action} ${seen.outcome}`, `PASS ${outcome}`);
  assertSame(seen.frame, frame);
}

/**
 * An ICMP error came out. `frame` makes it with the IPv4 id that the director drew; IPv6 has none.
 */
export function assertAnswered(seen: Seen, outcome: OutcomeName, frame: (id: number) => Uint8Array): void {
  assert.equal(`${seen.action} ${seen.outcome}`, `REDIRECT ${outcome}`);
  assertSame(seen.frame, frame(parsePacket(parseFrame(seen.frame).packet).id));
}

export function assertDropped(seen: Seen, outcome: OutcomeName): void {
  assert.equal(`${seen.action} ${seen.outcome}`, `DROP ${outcome}`);
}

export function assertSame(got: Uint8Array, wanted: Uint8Array): void {
  if (Buffer.from(got).equals(wanted)) return;
  assert.deepEqual(describe(got), describe(wanted));
  assert.equal(Buffer.from(got).toString('hex'), Buffer.from(wanted).toString('hex'));
}

/** Lines that a diff of which shows what differs. */
function describe(frame: Uint8Array): unknown {
  const { packet, padding, ...link } = parseFrame(frame);
  const { header, payload, ...fields } = parsePacket(packet);
  return { link, fields, header: hex(header), payload: hex(payload), padding: hex(padding) };
}

function hex(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,32}/g) ?? []
  );
}
