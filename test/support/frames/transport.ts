// SPDX-License-Identifier: Apache-2.0
import { address, endpoint } from './addresses.js';
import { internetChecksum, pseudoHeader } from './checksum.js';
import { ip } from './ip.js';
import type { IpFields } from './ip.js';

const TCP = 6;
const UDP = 17;

const FLAGS: Readonly<Record<string, number>> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 };

type More = Omit<IpFields, 'source' | 'destination'>;

export interface TcpFields extends More {
  readonly payload?: Uint8Array | string;
  readonly sequence?: number;
  readonly acknowledged?: number;
  readonly window?: number;
  /** Whole words behind the header. */
  readonly tcpOptions?: Uint8Array;
}

/** A whole IP packet. flags: `SYN`, `SYN ACK`, or nothing. */
export function tcp(source: string, destination: string, flags: string, fields: TcpFields = {}): Buffer {
  const { payload = '', tcpOptions = new Uint8Array(), ...rest } = fields;
  const { sequence = 1000, acknowledged = 0, window = 64240, ...more } = rest;
  const [from, to] = [endpoint(source), endpoint(destination)];
  const header = Buffer.alloc(20 + tcpOptions.length);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledged, 8);
  header[12] = (header.length / 4) << 4;
  header[13] = flags.split(' ').reduce((bits, name) => bits | (FLAGS[name] ?? 0), 0);
  header.writeUInt16BE(window, 14);
  header.set(tcpOptions, 20);
  const segment = Buffer.concat([header, Buffer.from(payload)]);
  const pseudo = pseudoHeader(address(from.address), address(to.address), TCP, segment.length);
  segment.writeUInt16BE(internetChecksum(pseudo, segment), 16);
  return ip({ ...more, source: from.address, destination: to.address }, TCP, segment);
}

export interface UdpFields extends More {
  /** `none`: 0, as IPv4 allows. */
  readonly checksum?: 'none';
}

/** A whole IP packet. */
export function udp(source: string, destination: string, payload: Uint8Array | string, fields: UdpFields = {}): Buffer {
  const { checksum, ...more } = fields;
  const [from, to] = [endpoint(source), endpoint(destination)];
  const datagram = Buffer.concat([Buffer.alloc(8), Buffer.from(payload)]);
  datagram.writeUInt16BE(from.port, 0);
  datagram.writeUInt16BE(to.port, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  if (checksum !== 'none') {
    const pseudo = pseudoHeader(address(from.address), address(to.address), UDP, datagram.length);
    datagram.writeUInt16BE(internetChecksum(pseudo, datagram) || 0xffff, 6);
  }
  return ip({ ...more, source: from.address, destination: to.address }, UDP, datagram);
}
