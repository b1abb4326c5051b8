// SPDX-License-Identifier: Apache-2.0
/** What must hold of whatever becomes of any frame. Sentences about what does not; undefined: all is well. */
import type { OutcomeName } from '../director.js';
import { judgeAnswer, judgeRelayedError } from './judge_icmp.js';
import { judgeForwarded, judgeReplied } from './judge_sent.js';
import { answeredBy, concern } from './concern.js';
import { destination, isImpossibleSource, networkOffset, readFrame, source } from './read.js';
import type { Packet } from './read.js';

/** XDP's actions by number. */
const [ABORTED, DROP, PASS] = [0, 1, 2];
const [TX, REDIRECT] = [3, 4];

export interface Verdict {
  readonly action: number;
  readonly outcome: OutcomeName;
  readonly frame: Buffer;
}

type Judge = (before: Packet, after: Packet, outcome: OutcomeName) => string | undefined;

const SENT: Partial<Record<OutcomeName, Judge>> = {
  FORWARDED_MASQUERADE: (before, after) => judgeForwarded(before, after, ['nat'], 1),
  FORWARDED_DIRECT_ROUTE: (before, after) => judgeForwarded(before, after, ['direct'], 1),
  FORWARDED_TUNNEL: (before, after) => judgeForwarded(before, after, ['tunnel'], 1),
  FORWARDED_STATELESS: (before, after) => judgeForwarded(before, after, ['direct', 'tunnel'], 1),
  REPLIED_MASQUERADE: judgeReplied,
  ICMP_FORWARDED: judgeRelayedError,
  ICMP_REPLIED: judgeRelayedError,
  NO_REAL_SERVER: judgeAnswer,
  TTL_EXCEEDED: judgeAnswer,
  TOO_BIG: judgeAnswer,
  NO_CONNECTION: judgeAnswer,
};

/** The host gets these changed: the kernel sends them on, or takes them for its own. */
const CHANGED_FOR_HOST: readonly OutcomeName[] = ['LEFT_TO_HOST', 'DELIVERED_LOCALLY'];

export function judge(frame: Buffer, verdict: Verdict): string | undefined {
  const { action, outcome } = verdict;
  if (action === PASS) return judgePassed(frame, verdict);
  if (action === DROP) return judgeDropped(frame);
  if (action === TX || action === REDIRECT) return judgeSent(frame, verdict.frame, outcome);
  return action === ABORTED ? 'XDP_ABORTED' : `action ${action}`;
}

function judgePassed(frame: Buffer, verdict: Verdict): string | undefined {
  if (verdict.frame.equals(frame)) return undefined;
  if (isTicket(frame, verdict.frame)) return undefined;
  const order = orderIn(verdict.frame);
  if (order) return judgeSent(frame, verdict.frame.subarray(order), verdict.outcome);
  const isProbe = verdict.outcome === 'NEIGHBOUR_UNRESOLVED';
  if (!isProbe && !CHANGED_FOR_HOST.includes(verdict.outcome)) return 'passed, but changed';
  const [before, after] = [readFrame(frame), readFrame(verdict.frame)];
  if (!before || !after) return 'what cannot be read was changed';
  if (isProbe) return judgeProbe(before, after);
  return judgeForwarded(before, after, ['nat'], 0);
}

/** Every real server is known here, so it is of a call to a client that is not. */
function judgeProbe(before: Packet, after: Packet): string | undefined {
  if (!answeredBy(before)) return 'a neighbour is asked for, though no real server calls';
  const isBetween = source(after) === source(before) && destination(after) === destination(before);
  if (!isBetween) return 'a probe between others';
  return after.bytes[after.transport] === (after.family === 4 ? 0 : 129) ? undefined : 'a probe that is no echo reply';
}

const ORDER = { mark: 'tucx', length: 16 } as const;

/** For cut_pieces.h: an order in the metadata, which a test run shows before the frame. Its length. */
function orderIn(after: Buffer): number {
  return after.toString('latin1', 0, ORDER.mark.length) === ORDER.mark ? ORDER.length : 0;
}

/** For sender.h: what a fragment becomes that completes its packet. */
function isTicket(frame: Buffer, after: Buffer): boolean {
  const network = networkOffset(frame);
  const before = network && readFrame(frame);
  return before?.isFragment === true && after.length === 30 && after.readUInt32BE(14) === 0;
}

function judgeDropped(frame: Buffer): string | undefined {
  const packet = readFrame(frame);
  if (!packet) return networkOffset(frame) ? undefined : 'dropped, though it is no IP';
  /* The bit map of concern.h may err: then fragments wait here that go on to the host when all are there. */
  return packet.isFragment || concern(packet) ? undefined : 'dropped, though it is none of ours';
}

const OWN = ['0200000001fe', '0200000002fe'];

function judgeSent(frame: Buffer, sent: Buffer, outcome: OutcomeName): string | undefined {
  const check = SENT[outcome];
  if (!check) return `sent by an outcome that sends nothing`;
  const before = readFrame(frame);
  if (!before) return 'sent, though it cannot be read';
  if (!OWN.includes(frame.toString('hex', 0, 6))) return "sent, though it was for another station's MAC";
  if (isImpossibleSource(before)) return 'sent, though nobody can have sent it';
  const after = readFrame(sent);
  if (!after) return 'what was sent cannot be read';
  if (!OWN.includes(sent.toString('hex', 6, 12))) return "the director's own MAC is not its sender";
  if (sent[0]! & 1) return 'sent to a group';
  if (before.isFragment) return 'a fragment was sent by itself';
  return check(before, after, outcome);
}
