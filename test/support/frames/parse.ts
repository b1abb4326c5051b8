// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '../../../src/model/address.js';
import { macText } from './addresses.js';

export interface ParsedFrame {
  readonly to: string;
  readonly from: string;
  readonly vlans: readonly number[];
  readonly ethertype: number;
  /** The IP packet, as long as its header says (or as there is). */
  readonly packet: Buffer;
  readonly padding: Buffer;
}

export function parseFrame(frame: Uint8Array): ParsedFrame {
  const bytes = Buffer.from(frame);
  const vlans: number[] = [];
  let at = 12;
  for (; [0x8100, 0x88a8].includes(bytes.readUInt16BE(at)); at += 4) vlans.push(bytes.readUInt16BE(at + 2));
  const ethertype = bytes.readUInt16BE(at);
  const rest = bytes.subarray(at + 2);
  const length = ethertype === 0x0800 ? rest.readUInt16BE(2) : rest.readUInt16BE(4) + 40;
  return {
    to: macText(bytes.subarray(0, 6)),
    from: macText(bytes.subarray(6, 12)),
    vlans,
    ethertype,
    packet: rest.subarray(0, length),
    padding: rest.subarray(length),
  };
}

export interface ParsedPacket {
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  /** 0 for IPv6. */
  readonly id: number;
  readonly dontFragment: boolean;
  /** As the header says. */
  readonly length: number;
  readonly header: Buffer;
  readonly payload: Buffer;
}

export function parsePacket(packet: Uint8Array): ParsedPacket {
  const bytes = Buffer.from(packet);
  return bytes[0]! >> 4 === 4 ? parseIpv4(bytes) : parseIpv6(bytes);
}

function parseIpv4(bytes: Buffer): ParsedPacket {
  const headerLength = (bytes[0]! & 15) * 4;
  return {
    family: 4,
    source: formatAddress({ family: 4, bytes: bytes.subarray(12, 16) }),
    destination: formatAddress({ family: 4, bytes: bytes.subarray(16, 20) }),
    protocol: bytes[9]!,
    ttl: bytes[8]!,
    tos: bytes[1]!,
    id: bytes.readUInt16BE(4),
    dontFragment: (bytes[6]! & 0x40) !== 0,
    length: bytes.readUInt16BE(2),
    header: bytes.subarray(0, headerLength),
    payload: bytes.subarray(headerLength),
  };
}

function parseIpv6(bytes: Buffer): ParsedPacket {
  return {
    family: 6,
    source: formatAddress({ family: 6, bytes: bytes.subarray(8, 24) }),
    destination: formatAddress({ family: 6, bytes: bytes.subarray(24, 40) }),
    protocol: bytes[6]!,
    ttl: bytes[7]!,
    tos: (bytes.readUInt16BE(0) >> 4) & 0xff,
    id: 0,
    dontFragment: false,
    length: bytes.readUInt16BE(4) + 40,
    header: bytes.subarray(0, 40),
    payload: bytes.subarray(40),
  };
}
