// SPDX-License-Identifier: Apache-2.0
/** Frames read by another hand than the programs': what verifying goes by. */
import { formatAddress } from '../../src/model/address.js';

export interface Packet {
  readonly destinationMac: string;
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Every checksum in it is right. */
  readonly isSound: boolean;
  /** What an outer header carries. */
  readonly inner: Packet | undefined;
}

/** A TCP packet, alone or within an outer IP header. Throws for anything else. */
export function readFrame(frame: Uint8Array): Packet {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const ethertype = bytes.readUInt16BE(12);
  const family = ethertype === 0x0800 ? 4 : ethertype === 0x86dd ? 6 : undefined;
  if (!family) throw new Error(`a frame of ethertype ${ethertype.toString(16)}`);
  return readPacket(macText(bytes.subarray(0, 6)), family, bytes.subarray(14));
}

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function readPacket(destinationMac: string, family: 4 | 6, ip: Buffer): Packet {
  const [header, at, size] = family === 4 ? [20, 12, 4] : [40, 8, 16];
  const [source, destination] = [ip.subarray(at, at + size), ip.subarray(at + size, at + 2 * size)];
  const protocol = family === 4 ? ip[9]! : ip[6]!;
  const length = family === 4 ? ip.readUInt16BE(2) : 40 + ip.readUInt16BE(4);
  if (length !== ip.length) throw new Error(`an IP packet of ${length} bytes in a frame with ${ip.length} for it`);
  const isHeaderSound = family === 6 || isSumRight(ip.subarray(0, header), 0);
  const payload = ip.subarray(header);
  const shared = {
    destinationMac,
    family,
    source: formatAddress({ family, bytes: source }),
    destination: formatAddress({ family, bytes: destination }),
    ttl: family === 4 ? ip[8]! : ip[7]!,
    protocol,
  };
  if (protocol === 4 || protocol === 41) {
    const inner = readPacket(destinationMac, protocol === 4 ? 4 : 6, payload);
    return { ...shared, sourcePort: 0, destinationPort: 0, isSound: isHeaderSound && inner.isSound, inner };
  }
  const pseudo = sumOf(source) + sumOf(destination) + protocol + payload.length;
  return {
    ...shared,
    sourcePort: payload.readUInt16BE(0),
    destinationPort: payload.readUInt16BE(2),
    isSound: isHeaderSound && isSumRight(payload, pseudo),
    inner: undefined,
  };
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  return sum;
}

function isSumRight(bytes: Buffer, pseudo: number): boolean {
  let sum = sumOf(bytes) + pseudo;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum === 0xffff;
}
