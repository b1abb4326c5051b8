// SPDX-License-Identifier: Apache-2.0
import { address } from './addresses.js';
import { internetChecksum, pseudoHeader } from './checksum.js';
import { ip } from './ip.js';
import type { IpFields } from './ip.js';

const ICMP = 1;
const ICMPV6 = 58;

export interface IcmpFields extends IpFields {
  readonly type: number;
  readonly code: number;
  /** The second word of its header: an MTU, or id and sequence number. */
  readonly rest?: number;
}

/** A whole IPv4 packet. */
export function icmp(fields: IcmpFields, payload: Uint8Array): Buffer {
  const message = messageOf(fields, payload);
  message.writeUInt16BE(internetChecksum(message), 2);
  return ip(fields, ICMP, message);
}

/** A whole IPv6 packet. */
export function icmpv6(fields: IcmpFields, payload: Uint8Array): Buffer {
  const message = messageOf(fields, payload);
  const pseudo = pseudoHeader(address(fields.source), address(fields.destination), ICMPV6, message.length);
  message.writeUInt16BE(internetChecksum(pseudo, message), 2);
  return ip(fields, ICMPV6, message);
}

function messageOf({ type, code, rest = 0 }: IcmpFields, payload: Uint8Array): Buffer {
  const header = Buffer.from([type, code, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(rest, 4);
  return Buffer.concat([header, payload]);
}
