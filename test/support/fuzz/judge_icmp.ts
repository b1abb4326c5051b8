// SPDX-License-Identifier: Apache-2.0
/** ICMP errors: those that the director relays, and those that it sends itself. */
import type { OutcomeName } from '../director.js';
import { answeredBy, isForEmptyService, OWN_ADDRESSES, sentBy, serviceOf, translatedFor } from './concern.js';
import { judgeSame, judgeTunnelled } from './judge_sent.js';
import {
  destination,
  destinationPort,
  headerError,
  isIcmpError,
  quotedBy,
  readPacket,
  source,
  sourcePort,
  transportError,
} from './read.js';
import type { Packet } from './read.js';
import { VARIANTS, keyOf } from './scene.js';
import type { Variant } from './scene.js';

export function judgeRelayedError(before: Packet, after: Packet, outcome: OutcomeName): string | undefined {
  if (!isIcmpError(before)) return 'relayed as an ICMP error, which it is not';
  const quoted = quotedBy(before);
  if (!quoted) return 'relayed, though what it quotes cannot be read';
  if (outcome === 'ICMP_FORWARDED') return judgeErrorToServer(before, quoted, after);
  const variant = translatedFor(quoted);
  return variant ? judgeErrorToClient(variant, before, quoted, after) : judgeTunnelError(before, quoted, after);
}

function judgeErrorToServer(before: Packet, quoted: Packet, after: Packet): string | undefined {
  const variant = sentBy(quoted);
  if (!variant) return 'relayed to a real server, though no service sent what it quotes';
  if (variant.method === 'direct') return judgeSame(before, after, 1);
  if (variant.method === 'tunnel') return judgeTunnelled(variant, before, after);
  if (destination(after) !== keyOf(variant.real)) return 'relayed to another real server';
  if (source(after) !== source(before)) return 'relayed from somebody else';
  const inside = quotedBy(after);
  if (!inside || source(inside) !== keyOf(variant.real) || sourcePort(inside) !== variant.realPort)
    return 'quotes not what the real server sent';
  return judgeTranslatedError(before, after, inside, destination(inside) === destination(quoted));
}

function judgeErrorToClient(variant: Variant, before: Packet, quoted: Packet, after: Packet): string | undefined {
  if (source(after) !== keyOf(variant.virtual)) return 'relayed to the client from another than the virtual service';
  if (destination(after) !== destination(before) || destination(before) !== source(quoted))
    return 'relayed to another than the client';
  const inside = quotedBy(after);
  if (!inside || destination(inside) !== keyOf(variant.virtual) || destinationPort(inside) !== variant.virtualPort)
    return 'quotes not what the client sent';
  return judgeTranslatedError(before, after, inside, source(inside) === source(quoted));
}

function judgeTranslatedError(before: Packet, after: Packet, inside: Packet, keepsOther: boolean): string | undefined {
  if (!keepsOther) return 'the other side of the quoted packet was changed';
  if (after.end - after.at !== before.end - before.at) return 'an error of another length';
  if (after.ttl !== before.ttl - 1) return `TTL ${before.ttl} became ${after.ttl}`;
  if (after.bytes.readUInt16BE(after.transport) !== before.bytes.readUInt16BE(before.transport))
    return 'another type or code';
  if (inside.family === 4 && headerError(inside) !== 0) return 'wrong header checksum of the quoted packet';
  return judgeOwnChecksums(after);
}

function judgeOwnChecksums(packet: Packet): string | undefined {
  if (packet.family === 4 && headerError(packet) !== 0) return 'wrong IP header checksum of an ICMP error';
  return transportError(packet) === 0 ? undefined : 'wrong checksum of an ICMP error';
}

/** A neighbour's. Of an address that no route leads to the FIB says the same as of an own one: the host has it in any case. */
function isElsewhere(address: string): boolean {
  return !OWN_ADDRESSES.has(address) && NEIGHBOURS.some((network) => address.startsWith(network));
}

const NEIGHBOURS = ['10.1.0.1', '192.168.1.1'].map((each) => keyOf(each).slice(0, 3));

const SHIMS = [...new Set(VARIANTS.map(({ shim }) => shim))];

/** About the outer packet of a tunnel: what is inside is quoted to its client, by the virtual service. */
function judgeTunnelError(before: Packet, outer: Packet, after: Packet): string | undefined {
  const inside = quotedBy(after);
  const variant = inside && serviceOf(inside);
  if (!inside || variant?.method !== 'tunnel') return 'relayed to a client, though it is about no packet of its';
  if (source(after) !== keyOf(variant.virtual)) return 'relayed from another than the virtual service';
  if (destination(after) !== source(inside)) return 'relayed to another than the client';
  if (isElsewhere(destination(before)) || destination(before) !== source(outer))
    return "a tunnel's error that was not for the director";
  if (destination(outer) !== keyOf(variant.real)) return 'about a tunnel to another real server';
  const quote = inside.bytes.subarray(inside.at, after.end);
  const found = SHIMS.some((shim) => {
    const at = outer.transport + shim + (variant.outerProtocol === 47 || variant.outerProtocol === 17 ? 0 : -shim);
    return before.bytes.subarray(at, at + quote.length).equals(quote);
  });
  if (!found && !before.bytes.subarray(0, before.end).includes(quote)) return 'quotes what was not in the tunnel';
  return judgeOwnChecksums(after);
}

const QUOTE_MAX = { 4: 576 - 28, 6: 1280 - 48 } as const;

/** To the sender of the packet, from whom it thinks to speak with, and never about an error. */
export function judgeAnswer(before: Packet, after: Packet): string | undefined {
  if (isIcmpError(before)) return 'an ICMP error was answered by one';
  const concerns = serviceOf(before) ?? answeredBy(before);
  if (!concerns && !isForEmptyService(before)) return 'answered, though it is for no service nor from one';
  if (!isIcmpError(after)) return 'answered by something else than an ICMP error';
  if (destination(after) !== source(before)) return 'answered to somebody else';
  if (source(after) !== destination(before) && !OWN_ADDRESSES.has(source(after)))
    return 'answered from a wrong address';
  if (after.bytes.length !== after.end) return 'bytes after the answer';
  const quoted = readPacket(after.bytes, after.transport + 8, before.family, true);
  if (!quoted || after.end - quoted.at > QUOTE_MAX[before.family]) return 'quotes too much, or nothing';
  if (after.end - quoted.at !== Math.min(before.end - before.at, QUOTE_MAX[before.family])) return 'quotes too little';
  return judgeQuote(before, after, quoted.at) ?? judgeOwnChecksums(after);
}

/** As it came, or as it was in hand: a hop less, noted in its options. */
function judgeQuote(before: Packet, after: Packet, at: number): string | undefined {
  const quote = Buffer.from(after.bytes.subarray(at, after.end));
  const asked = Buffer.from(before.bytes.subarray(before.at, before.at + quote.length));
  for (const bytes of [quote, asked])
    if (before.family === 6) bytes[7] = 0;
    else {
      bytes[8] = 0;
      bytes.fill(0, 10, 12);
      bytes.fill(0, 20, Math.min(bytes.length, before.transport - before.at));
    }
  return quote.equals(asked) ? undefined : 'quotes another packet';
}
