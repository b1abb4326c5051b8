// SPDX-License-Identifier: Apache-2.0
import { address } from './addresses.js';
import { internetChecksum } from './checksum.js';

export interface IpFields {
  readonly source: string;
  /** Of the source's family. */
  readonly destination: string;
  /** Or hop limit; 64. */
  readonly ttl?: number;
  /** Or traffic class; 0. */
  readonly tos?: number;
  /** IPv4 only; 0x1234. */
  readonly id?: number;
  /** IPv4 only; true. */
  readonly dontFragment?: boolean;
  /** IPv4 only: whole words. */
  readonly options?: Uint8Array;
  /** IPv6 only; 0. */
  readonly flowLabel?: number;
}

/** A packet of the addresses' family; protocol as in the IPv4 header, or next header. */
export function ip(fields: IpFields, protocol: number, payload: Uint8Array): Buffer {
  return address(fields.source).family === 4 ? ipv4(fields, protocol, payload) : ipv6(fields, protocol, payload);
}

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

function ipv4(fields: IpFields, protocol: number, payload: Uint8Array, fragment = 0): Buffer {
  const { ttl = 64, tos = 0, id = 0x1234, dontFragment = true, options = new Uint8Array() } = fields;
  const header = Buffer.alloc(20 + options.length);
  header[0] = 0x40 | (header.length / 4);
  header[1] = tos;
  header.writeUInt16BE(header.length + payload.length, 2);
  header.writeUInt16BE(id, 4);
  header.writeUInt16BE((dontFragment ? DONT_FRAGMENT : 0) | fragment, 6);
  header[8] = ttl;
  header[9] = protocol;
  header.set(address(fields.source).bytes, 12);
  header.set(address(fields.destination).bytes, 16);
  header.set(options, 20);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, payload]);
}

function ipv6(fields: IpFields, protocol: number, payload: Uint8Array): Buffer {
  const { ttl = 64, tos = 0, flowLabel = 0 } = fields;
  const header = Buffer.alloc(40);
  header.writeUInt32BE(((6 << 28) | (tos << 20) | flowLabel) >>> 0, 0);
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = ttl;
  header.set(address(fields.source).bytes, 8);
  header.set(address(fields.destination).bytes, 24);
  return Buffer.concat([header, payload]);
}

const IPV6_FRAGMENT = 44;

/** The piece of a packet that begins `offset` bytes (a multiple of 8) into its payload. */
export function ipFragment(
  fields: IpFields,
  protocol: number,
  payload: Uint8Array,
  offset: number,
  more: boolean,
): Buffer {
  if (address(fields.source).family === 4)
    return ipv4({ ...fields, dontFragment: false }, protocol, payload, offset / 8 + (more ? MORE_FRAGMENTS : 0));
  const header = Buffer.from([protocol, 0, offset >> 8, (offset & 0xf8) | Number(more), 0, 0, 0x12, 0x34]);
  return ipv6(fields, IPV6_FRAGMENT, Buffer.concat([header, payload]));
}

/** An IPv6 packet with these bytes between its header and its transport's; `first` says what they begin with. */
export function extend(packet: Uint8Array, first: number, extensions: Uint8Array): Buffer {
  const header = Buffer.from(packet.subarray(0, 40));
  header.writeUInt16BE(header.readUInt16BE(4) + extensions.length, 4);
  header[6] = first;
  return Buffer.concat([header, extensions, packet.subarray(40)]);
}
