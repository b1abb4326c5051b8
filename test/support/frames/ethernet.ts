// SPDX-License-Identifier: Apache-2.0
import { macBytes } from './addresses.js';

export interface Link {
  readonly to: string;
  readonly from: string;
  /** Tags, the outer one first: VLAN ids, perhaps with priority bits above them. Two are 802.1ad and 802.1Q. */
  readonly vlans?: readonly number[];
  /** Bytes behind the packet, as short frames have them. */
  readonly padding?: Uint8Array;
}

/** A frame around an IP packet. */
export function ethernet(packet: Uint8Array, { to, from, vlans = [], padding = new Uint8Array() }: Link): Buffer {
  const header = Buffer.concat([macBytes(to), macBytes(from), Buffer.alloc(4 * vlans.length + 2)]);
  vlans.forEach((vlan, index) => {
    header.writeUInt16BE(index < vlans.length - 1 ? 0x88a8 : 0x8100, 12 + 4 * index);
    header.writeUInt16BE(vlan, 14 + 4 * index);
  });
  header.writeUInt16BE((packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd, header.length - 2);
  return Buffer.concat([header, packet, padding]);
}
