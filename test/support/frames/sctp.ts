// SPDX-License-Identifier: Apache-2.0
import { endpoint } from './addresses.js';
import { ip } from './ip.js';
import type { IpFields } from './ip.js';

export const SCTP = 132;

/** Chunks as packets begin with, by the names of RFC 9260. */
export const CHUNKS = {
  DATA: '0003001400000001000000000000000064617461',
  INIT: '01000014112233440000ffff000a000a00000001',
  'INIT ACK': '02000014112233440000ffff000a000a00000001',
  SACK: '0300001000000001000010000000000000000000',
  HEARTBEAT: '0400000c0001000801020304',
  ABORT: '06000004',
  SHUTDOWN: '0700000800000001',
  'SHUTDOWN ACK': '08000004',
  ERROR: '09000008000d0004',
  'COOKIE ECHO': '0a000008636f6f6b',
  'COOKIE ACK': '0b000004',
  'SHUTDOWN COMPLETE': '0e000004',
} as const;

export type ChunkName = keyof typeof CHUNKS;

/** RFC 9260 appendix A, the long way: bit by bit. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Of an SCTP packet whose own checksum field counts as 0. */
export function sctpChecksum(packet: Uint8Array): number {
  const copy = Buffer.from(packet);
  copy.fill(0, 8, 12);
  return crc32c(copy);
}

export interface SctpFields extends Omit<IpFields, 'source' | 'destination'> {
  /** Exclusive-ored into the checksum. */
  readonly spoil?: number;
}

/** A whole IP packet. chunks: names, or bytes. */
export function sctp(
  source: string,
  destination: string,
  chunks: readonly ChunkName[] | Uint8Array,
  fields: SctpFields = {},
): Buffer {
  const { spoil = 0, ...more } = fields;
  const [from, to] = [endpoint(source), endpoint(destination)];
  return ip(
    { ...more, source: from.address, destination: to.address },
    SCTP,
    sctpPacket(from.port, to.port, chunks, spoil),
  );
}

/** From the SCTP header on. */
export function sctpPacket(
  source: number,
  destination: number,
  chunks: readonly ChunkName[] | Uint8Array,
  spoil = 0,
): Buffer {
  const body = chunks instanceof Uint8Array ? chunks : Buffer.from(chunks.map((name) => CHUNKS[name]).join(''), 'hex');
  const packet = Buffer.concat([Buffer.alloc(12), body]);
  packet.writeUInt16BE(source, 0);
  packet.writeUInt16BE(destination, 2);
  packet.writeUInt32BE(0x11223344, 4);
  packet.writeUInt32LE((sctpChecksum(packet) ^ spoil) >>> 0, 8);
  return packet;
}
