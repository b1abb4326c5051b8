// SPDX-License-Identifier: Apache-2.0
/** The connection table as a listing shows it. */
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import { CONNECTION_REPLY, CONNECTION_TEMPLATE, connectionCodec, Family, TAG_FIRST } from '../abi/generated.js';
import type { Address } from '../model/types.js';
import { isLive, secondsLeft } from './expiry.js';
import { stateName } from './names.js';
import type { Clock } from './source.js';

const { size, offsets } = connectionCodec;

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

export interface Connection {
  /** As IANA numbers them. */
  readonly protocol: number;
  /** IPVS's word, such as ESTABLISHED or SCTP's C-SENT; UDP for UDP. */
  readonly state: string;
  readonly secondsLeft: number;
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly real: Endpoint;
  readonly isTemplate: boolean;
}

/** Where a real server is, by number; port 0 means the port that the client asked for. undefined: no such number. */
export type FindRealServer = (number: number) => Endpoint | undefined;

/** Connections and persistence templates, in the table's order, decoded one by one as they are asked for. */
export function* listConnections(table: ArrayBuffer, clock: Clock, find: FindRealServer): Generator<Connection> {
  const words = new Uint32Array(table);
  const lines = Math.floor(table.byteLength / size);
  for (let line = 0; line < lines; line++) {
    const connection = readLine(words, line, clock, find);
    if (connection) yield connection;
  }
}

/**
 * The data plane may give a line to another connection while it is read here, so it is copied first, and believed only
 * if its tag is then still the same.
 */
function readLine(words: Uint32Array, line: number, clock: Clock, find: FindRealServer): Connection | undefined {
  const start = (line * size) / 4;
  const tag = Atomics.load(words, start);
  if (tag < TAG_FIRST) return undefined;
  const copy = words.slice(start, start + size / 4);
  if (Atomics.load(words, start) !== tag) return undefined;
  return decode(new DataView(copy.buffer), clock, find);
}

function decode(view: DataView, clock: Clock, find: FindRealServer): Connection | undefined {
  const expires = view.getUint32(offsets.expires, IS_LITTLE_ENDIAN);
  const flags = view.getUint8(offsets.flags);
  if (flags & CONNECTION_REPLY || !isLive(expires, clock.jiffies)) return undefined;

  const client = { address: addressAt(view, 0), port: view.getUint16(offsets.sourcePort) };
  const virtual = { address: addressAt(view, 1), port: view.getUint16(offsets.destinationPort) };
  const server = find(view.getUint32(offsets.realServer, IS_LITTLE_ENDIAN));
  if (!server) return undefined;
  return {
    protocol: view.getUint8(offsets.protocol),
    state: stateName(view.getUint8(offsets.protocol), view.getUint8(offsets.state)),
    secondsLeft: secondsLeft(expires, clock),
    client,
    virtual,
    real: { address: server.address, port: server.port || virtual.port },
    isTemplate: (flags & CONNECTION_TEMPLATE) !== 0,
  };
}

/** Side 0 is the source, 1 the destination; IPv4 addresses stand side by side in the first eight bytes. */
function addressAt(view: DataView, side: 0 | 1): Address {
  const isIpv6 = view.getUint8(offsets.family) === Family.FAMILY_IPV6;
  const length = isIpv6 ? 16 : 4;
  return { family: isIpv6 ? 6 : 4, bytes: new Uint8Array(view.buffer, offsets.addresses + side * length, length) };
}
