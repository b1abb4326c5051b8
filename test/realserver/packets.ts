// SPDX-License-Identifier: Apache-2.0
/** Frames written by hand, byte by byte, so that nothing of ours computes what it is compared with. */

/** RFC 1071, the long way. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

export interface Ip {
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly protocol: number;
  /** TOS or traffic class. */
  readonly tos?: number;
  /** IPv4 only, with its three flags. */
  readonly fragment?: number;
}

export function ipv4(
  { source, destination, protocol, tos = 0, fragment = 0x4000 }: Ip,
  payload: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header[1] = tos;
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt16BE(fragment, 6);
  header[8] = 63;
  header[9] = protocol;
  header.set(source, 12);
  header.set(destination, 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, payload]);
}

export function ipv6({ source, destination, protocol, tos = 0 }: Ip, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(40);
  header.writeUInt32BE((0x60000000 | (tos << 20)) >>> 0, 0);
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = 63;
  header.set(source, 8);
  header.set(destination, 24);
  return Buffer.concat([header, payload]);
}

export function ethernet(packet: Uint8Array, vlans: readonly number[] = []): Uint8Array {
  const tags = vlans.flatMap((vlan) => [0x81, 0x00, vlan >> 8, vlan & 0xff]);
  const ethertype = (packet[0] ?? 0) >> 4 === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  return Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ...tags, ...ethertype]), packet]);
}
