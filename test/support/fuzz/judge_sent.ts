// SPDX-License-Identifier: Apache-2.0
/** Requests to real servers and their replies: what may have changed, and how checksums must have followed it. */
import { crc32c } from '../frames/sctp.js';
import { answeredBy, OWN_ADDRESSES, serviceOf } from './concern.js';
import {
  SCTP,
  TCP,
  UDP,
  destination,
  destinationPort,
  hasPorts,
  headerError,
  readPacket,
  source,
  sourcePort,
  transportError,
} from './read.js';
import type { Packet } from './read.js';
import { keyOf } from './scene.js';
import type { Variant } from './scene.js';

type Side = 'source' | 'destination';

export function judgeForwarded(
  before: Packet,
  after: Packet,
  methods: readonly Variant['method'][],
  hops: 0 | 1,
): string | undefined {
  const variant = serviceOf(before);
  if (!variant) return 'forwarded, though it is for no service';
  if (!methods.includes(variant.method)) return `forwarded by another method than ${variant.method}`;
  if (variant.method === 'direct') return judgeSame(before, after, hops);
  if (variant.method === 'tunnel') return judgeTunnelled(variant, before, after);
  if (destination(after) !== keyOf(variant.real)) return 'to another real server';
  if (destinationPort(after) !== variant.realPort) return "to another port than the real server's";
  return judgeTranslated(before, after, 'destination', hops);
}

export function judgeReplied(before: Packet, after: Packet): string | undefined {
  const variant = answeredBy(before);
  if (!variant) return 'sent to a client, though no real server answered';
  if (source(after) !== keyOf(variant.virtual)) return 'not from the virtual service';
  if (sourcePort(after) !== variant.virtualPort) return "not from the virtual service's port";
  return judgeTranslated(before, after, 'source', 1);
}

/** Byte for byte, but for its hop. */
export function judgeSame(before: Packet, after: Packet, hops: number): string | undefined {
  const general = judgeHeader(before, after, hops);
  if (general) return general;
  const [one, other] = [copyOf(before), copyOf(after)];
  for (const [copy, packet] of [
    [one, before],
    [other, after],
  ] as const)
    blankHop(copy, packet);
  return one.equals(other) ? undefined : 'something in the packet was changed';
}

function judgeHeader(before: Packet, after: Packet, hops: number): string | undefined {
  if (before.family !== after.family) return 'of another family';
  if (before.end - before.at !== after.end - after.at) return 'of another length';
  if (before.transport - before.at !== after.transport - after.at) return 'with another header length';
  if (after.ttl !== before.ttl - hops) return `TTL ${before.ttl} became ${after.ttl}`;
  if (before.family === 6) return undefined;
  const wrong = headerError(after);
  return wrong === 0 || wrong === headerError(before) ? undefined : 'wrong IP header checksum';
}

function copyOf({ bytes, at, end }: Packet): Buffer {
  return Buffer.from(bytes.subarray(at, end));
}

/** The kernel notes itself in IPv4 options, too. */
function blankHop(copy: Buffer, { family, at, transport }: Packet): void {
  if (family === 6) {
    copy[7] = 0;
    return;
  }
  copy[8] = 0;
  copy.fill(0, 10, 12);
  copy.fill(0, 20, transport - at);
}

const CHECKSUM_AT: Readonly<Record<number, readonly [offset: number, size: number]>> = {
  [TCP]: [16, 2],
  [UDP]: [6, 2],
  [SCTP]: [8, 4],
};

function blankSide(copy: Buffer, packet: Packet, side: Side): void {
  const transport = packet.transport - packet.at;
  const [first, size] = packet.family === 4 ? [12, 4] : [8, 16];
  const address = side === 'source' ? first : first + size;
  copy.fill(0, address, address + size);
  const port = transport + (side === 'source' ? 0 : 2);
  copy.fill(0, port, port + 2);
  const [offset, length] = CHECKSUM_AT[packet.protocol]!;
  copy.fill(0, transport + offset, transport + offset + length);
}

function judgeTranslated(before: Packet, after: Packet, side: Side, hops: number): string | undefined {
  const general = judgeHeader(before, after, hops);
  if (general) return general;
  if (before.protocol !== after.protocol || !hasPorts(before)) return 'with another transport';
  const [one, other] = [copyOf(before), copyOf(after)];
  for (const [copy, packet] of [
    [one, before],
    [other, after],
  ] as const) {
    blankHop(copy, packet);
    blankSide(copy, packet, side);
  }
  if (!one.equals(other)) return 'more was changed than NAT changes';
  return judgeTransportChecksum(before, after);
}

function judgeTransportChecksum(before: Packet, after: Packet): string | undefined {
  if (before.protocol === SCTP) return judgeSctpChecksum(before, after);
  const at = after.transport + 6;
  if (before.protocol === UDP && before.bytes.readUInt16BE(before.transport + 6) === 0) {
    const length = after.bytes.readUInt16BE(after.transport + 4);
    if (length > after.end - after.transport || length < 8) return undefined;
    return transportError(after, length) === 0 ? undefined : 'the UDP checksum made is wrong';
  }
  if (before.protocol === UDP && after.bytes.readUInt16BE(at) === 0) return 'the UDP checksum was lost';
  return transportError(before) === transportError(after) ? undefined : 'the transport checksum did not follow';
}

function judgeSctpChecksum(before: Packet, after: Packet): string | undefined {
  const ports = ({ bytes, transport }: Packet): number => bytes.readUInt32BE(transport);
  const checksum = ({ bytes, transport }: Packet): number => bytes.readUInt32LE(transport + 8);
  if (ports(before) === ports(after))
    return checksum(before) === checksum(after) ? undefined : 'the SCTP checksum was changed';
  const message = Buffer.from(after.bytes.subarray(after.transport, after.end));
  message.fill(0, 8, 12);
  return crc32c(message) === checksum(after) ? undefined : 'the SCTP checksum made is wrong';
}

/** The outer header to the real server, then the packet, one hop less. */
export function judgeTunnelled(variant: Variant, before: Packet, after: Packet): string | undefined {
  if (destination(after) !== keyOf(variant.real)) return 'tunnelled to another real server';
  if (!OWN_ADDRESSES.has(source(after))) return "not from the director's own address";
  if (after.protocol !== variant.outerProtocol) return `outer protocol ${after.protocol}`;
  if (after.ttl !== before.ttl - 1) return `outer TTL ${after.ttl}`;
  if (after.family === 4 && headerError(after) !== 0) return 'wrong outer header checksum';
  const inner = readPacket(after.bytes.subarray(0, after.end), after.transport + variant.shim, before.family, false);
  if (!inner) return 'the packet in the tunnel cannot be read';
  if (inner.end !== after.end) return 'the tunnel carries more than its packet';
  return judgeShim(variant, after) ?? judgeSame(before, inner, 1);
}

function judgeShim({ outerProtocol, shim, family }: Variant, outer: Packet): string | undefined {
  const { bytes, transport, end } = outer;
  if (outerProtocol === 47) {
    if (bytes.readUInt16BE(transport + 2) !== (family === 4 ? 0x0800 : 0x86dd)) return 'wrong GRE protocol';
    const sum = shim === 8 ? sumOfGre(outer) : 0;
    return sum === 0 ? undefined : 'wrong GRE checksum';
  }
  if (outerProtocol !== UDP) return undefined;
  if (bytes.readUInt16BE(transport + 4) !== end - transport) return 'wrong length of the GUE datagram';
  if (bytes.readUInt16BE(transport + 2) !== 6080) return 'wrong port of the GUE datagram';
  if (bytes[transport + 9] !== (family === 4 ? 4 : 41)) return 'wrong GUE protocol';
  const isNone = bytes.readUInt16BE(transport + 6) === 0;
  return isNone || transportError(outer) === 0 ? undefined : 'wrong checksum of the GUE datagram';
}

function sumOfGre({ bytes, transport, end }: Packet): number {
  let sum = 0;
  for (let at = transport; at < end; at += 2) sum += (bytes[at]! << 8) | (at + 1 < end ? bytes[at + 1]! : 0);
  return sum % 65535;
}
