// SPDX-License-Identifier: Apache-2.0
/** IP packets read out of frames, strictly and by nothing of the data plane's: what cannot be read may not be sent. */

export const TCP = 6;
export const UDP = 17;
export const SCTP = 132;
const ICMP = { 4: 1, 6: 58 } as const;

export interface Packet {
  readonly bytes: Buffer;
  readonly family: 4 | 6;
  /** Where its header begins, where its transport's does, and where it ends. */
  readonly at: number;
  readonly transport: number;
  readonly end: number;
  readonly protocol: number;
  readonly ttl: number;
  readonly isFragment: boolean;
}

/** Of the IP header, or undefined if there is none. */
export function networkOffset(bytes: Buffer): { at: number; family: 4 | 6 } | undefined {
  let at = 12;
  for (let tags = 0; tags < 2 && at + 6 <= bytes.length && isTag(bytes.readUInt16BE(at)); tags++) at += 4;
  if (at + 2 > bytes.length) return undefined;
  const ethertype = bytes.readUInt16BE(at);
  if (ethertype !== 0x0800 && ethertype !== 0x86dd) return undefined;
  return { at: at + 2, family: ethertype === 0x0800 ? 4 : 6 };
}

function isTag(ethertype: number): boolean {
  return ethertype === 0x8100 || ethertype === 0x88a8;
}

/** The packet of a frame. */
export function readFrame(bytes: Buffer): Packet | undefined {
  const network = networkOffset(bytes);
  return network && readPacket(bytes, network.at, network.family, false);
}

/** isQuoted: need not be there as a whole, and nobody looks at the length it says. */
export function readPacket(bytes: Buffer, at: number, family: 4 | 6, isQuoted: boolean): Packet | undefined {
  if (at + (family === 4 ? 20 : 40) > bytes.length || bytes[at]! >> 4 !== family) return undefined;
  const packet = family === 4 ? readIpv4(bytes, at) : readIpv6(bytes, at);
  if (!packet) return undefined;
  const end = isQuoted ? bytes.length : packet.end;
  return packet.transport <= end && end <= bytes.length ? { ...packet, end } : undefined;
}

function readIpv4(bytes: Buffer, at: number): Packet | undefined {
  const header = (bytes[at]! & 15) * 4;
  if (header < 20) return undefined;
  return {
    bytes,
    family: 4,
    at,
    transport: at + header,
    end: at + bytes.readUInt16BE(at + 2),
    protocol: bytes[at + 9]!,
    ttl: bytes[at + 8]!,
    isFragment: (bytes.readUInt16BE(at + 6) & 0x3fff) !== 0,
  };
}

const EXTENSIONS: readonly number[] = [0, 43, 51, 60, 44];

function readIpv6(bytes: Buffer, at: number): Packet | undefined {
  let [protocol, transport, isFragment] = [bytes[at + 6]!, at + 40, false];
  while (EXTENSIONS.includes(protocol) && transport + 8 <= bytes.length) {
    isFragment ||= protocol === 44;
    const length = bytes[transport + 1]!;
    const next = bytes[transport]!;
    transport += protocol === 44 ? 8 : protocol === 51 ? (length + 2) * 4 : (length + 1) * 8;
    protocol = next;
  }
  const end = at + 40 + bytes.readUInt16BE(at + 4);
  return { bytes, family: 6, at, transport, end, protocol, ttl: bytes[at + 7]!, isFragment };
}

export const source = ({ bytes, at, family }: Packet): string =>
  family === 4 ? bytes.toString('latin1', at + 12, at + 16) : bytes.toString('latin1', at + 8, at + 24);

export const destination = ({ bytes, at, family }: Packet): string =>
  family === 4 ? bytes.toString('latin1', at + 16, at + 20) : bytes.toString('latin1', at + 24, at + 40);

/** 0 where there is none. */
export function sourcePort({ bytes, transport, end }: Packet): number {
  return transport + 4 <= end ? bytes.readUInt16BE(transport) : 0;
}

export function destinationPort({ bytes, transport, end }: Packet): number {
  return transport + 4 <= end ? bytes.readUInt16BE(transport + 2) : 0;
}

export function hasPorts({ protocol }: Packet): boolean {
  return protocol === TCP || protocol === UDP || protocol === SCTP;
}

/** Errors only, of either family. */
export function isIcmpError({ bytes, family, protocol, transport, end }: Packet): boolean {
  if (protocol !== ICMP[family] || transport + 8 > end) return false;
  const type = bytes[transport]!;
  return family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128;
}

export function quotedBy(error: Packet): Packet | undefined {
  return readPacket(error.bytes.subarray(0, error.end), error.transport + 8, error.family, true);
}

/** One's complement sum of bytes; two sums say the same if they are equal modulo 65535. */
export function sumOf(bytes: Buffer, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at + 1 < to; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  return (to - from) & 1 ? sum + (bytes[to - 1]! << 8) : sum;
}

/** 0: right. Else by how much a header's checksum is wrong. */
export function headerError({ bytes, at, transport }: Packet): number {
  return sumOf(bytes, at, transport) % 65535;
}

/** Likewise of what the transport's checksum covers; a length that is not the packet's: as a UDP header has it. */
export function transportError(packet: Packet, length = packet.end - packet.transport): number {
  const { bytes, at, family, transport, protocol } = packet;
  const addresses = family === 4 ? sumOf(bytes, at + 12, at + 20) : sumOf(bytes, at + 8, at + 40);
  const pseudo = protocol === ICMP[4] ? 0 : addresses + protocol + (length >>> 16) + (length & 0xffff);
  return (pseudo + sumOf(bytes, transport, transport + length)) % 65535;
}

/** Nobody is called that who sends. */
export function isImpossibleSource(packet: Packet): boolean {
  const { bytes, at, family } = packet;
  if (family === 4) {
    const first = bytes[at + 12]!;
    return first === 0 || first === 127 || first >= 224;
  }
  return bytes[at + 8] === 0xff || (sumOf(bytes, at + 8, at + 22) === 0 && bytes.readUInt16BE(at + 22) <= 1);
}
