// SPDX-License-Identifier: Apache-2.0
import { address } from './addresses.js';
import { internetChecksum, pseudoHeader } from './checksum.js';
import { parseFrame, parsePacket } from './parse.js';
import type { ParsedPacket } from './parse.js';
import { sctpChecksum } from './sctp.js';

/** What is wrong with a frame: lengths, and every checksum computed anew, of what is inside tunnels too. Empty: nothing. */
export function problemsOf(frame: Uint8Array): string[] {
  return problemsOfPacket(parseFrame(frame).packet, 'the packet');
}

const CHECKS: Readonly<Record<number, (packet: ParsedPacket, name: string) => string[]>> = {
  1: (packet, name) => (internetChecksum(packet.payload) === 0 ? [] : [`ICMP checksum of ${name}`]),
  4: (packet) => problemsOfPacket(packet.payload, 'the packet in the tunnel'),
  6: (packet, name) => sumProblems(packet, 'TCP', name),
  17: (packet, name) => problemsOfUdp(packet, name),
  41: (packet) => problemsOfPacket(packet.payload, 'the packet in the tunnel'),
  58: (packet, name) => sumProblems(packet, 'ICMPv6', name),
  132: ({ payload }, name) => (payload.readUInt32LE(8) === sctpChecksum(payload) ? [] : [`SCTP checksum of ${name}`]),
};

function problemsOfPacket(bytes: Buffer, name: string): string[] {
  const packet = parsePacket(bytes);
  const problems: string[] = [];
  if (packet.family === 4 && internetChecksum(packet.header) !== 0) problems.push(`header checksum of ${name}`);
  if (packet.length !== bytes.length) problems.push(`length of ${name}: ${packet.length}, not ${bytes.length}`);
  const check = CHECKS[packet.protocol];
  return check ? [...problems, ...check(packet, name)] : [...problems, `protocol ${packet.protocol} of ${name}`];
}

function problemsOfUdp(packet: ParsedPacket, name: string): string[] {
  const { payload, family } = packet;
  if (payload.readUInt16BE(4) !== payload.length) return [`UDP length of ${name}`];
  if (payload.readUInt16BE(6) === 0) return family === 4 ? [] : [`${name} has no UDP checksum, over IPv6`];
  return sumProblems(packet, 'UDP', name);
}

function sumProblems({ source, destination, protocol, payload }: ParsedPacket, what: string, name: string): string[] {
  const pseudo = pseudoHeader(address(source), address(destination), protocol, payload.length);
  return internetChecksum(pseudo, payload) === 0 ? [] : [`${what} checksum of ${name}`];
}
