// SPDX-License-Identifier: Apache-2.0
/** The connection table as a listing shows it. */
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import {
  CONNECTION_CONTROLLED,
  CONNECTION_METHOD,
  CONNECTION_REPLY,
  CONNECTION_TEMPLATE,
  connectionCodec,
  Family,
  FAMILY_TEMPLATE,
  ForwardingMethod,
  TAG_FIRST,
  TEMPLATE_ASSURED,
  TEMPLATE_NONE,
  TEMPLATE_RESPITE_S,
} from '../abi/generated.js';
import type { Address } from '../model/types.js';
import type { FindCall } from './call_ids.js';
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
  /** Firewall mark of its service; 0: it has none. */
  readonly mark: number;
  /** Of a template by `--pe`. data: what IPVS prints under pe_data. */
  readonly persistenceEngine?: { readonly name: 'sip'; readonly data: string };
}

/** Where a real server is, and to which port a connection of it goes. */
export interface RealServerPlace {
  readonly address: Address;
  /** Firewall mark of its service; 0: it has none. */
  readonly mark: number;
  /** `line`: what a connection's line says of its virtual port, and whether a template controls it. */
  portOf(line: { readonly virtualPort: number; readonly isControlled: boolean }): number;
}

/** By number. undefined: no such number. */
export type FindRealServer = (number: number) => RealServerPlace | undefined;

/** What lines name and do not hold. */
export interface Named {
  readonly server: FindRealServer;
  readonly call: FindCall;
}

/** Connections and persistence templates, in the table's order, decoded one by one as they are asked for. */
export function* listConnections(table: ArrayBuffer, clock: Clock, named: Named): Generator<Connection> {
  const words = new Uint32Array(table);
  const lines = Math.floor(table.byteLength / size);
  for (let line = 0; line < lines; line++) {
    const connection = readLine(words, line, clock, named);
    if (connection) yield connection;
  }
}

/**
 * The data plane may give a line to another connection while it is read here, so it is copied first, and believed only
 * if its tag is then still the same.
 */
function readLine(words: Uint32Array, line: number, clock: Clock, named: Named): Connection | undefined {
  const start = (line * size) / 4;
  const tag = Atomics.load(words, start);
  if (tag < TAG_FIRST) return undefined;
  const copy = words.slice(start, start + size / 4);
  if (Atomics.load(words, start) !== tag) return undefined;
  const view = new DataView(copy.buffer);
  const flags = view.getUint8(offsets.flags);
  if (flags & CONNECTION_REPLY) return undefined;
  return flags & CONNECTION_TEMPLATE
    ? decodeTemplate(view, line, clock, named)
    : decode(view, words, clock, named.server);
}

function decode(view: DataView, words: Uint32Array, clock: Clock, find: FindRealServer): Connection | undefined {
  const expires = view.getUint32(offsets.expires, IS_LITTLE_ENDIAN);
  const flags = view.getUint8(offsets.flags);
  if (!isLive(expires, clock.jiffies)) return undefined;

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
    real: {
      address: server.address,
      port:
        portOfFtpData(view, words) ??
        server.portOf({ virtualPort: virtual.port, isControlled: (flags & CONNECTION_CONTROLLED) !== 0 }),
    },
    isTemplate: false,
    mark: server.mark,
  };
}

const FTP_DATA_PORT = 20;

/** A data connection of FTP from the virtual port 20: its reply's line tells its real port, as for the data plane (bpf/service.h). */
function portOfFtpData(view: DataView, words: Uint32Array): number | undefined {
  const flags = view.getUint8(offsets.flags) & (CONNECTION_METHOD | CONNECTION_CONTROLLED);
  const isMasqueraded = flags === (CONNECTION_CONTROLLED | Number(ForwardingMethod.FORWARDING_MASQUERADE));
  if (!isMasqueraded || view.getUint16(offsets.destinationPort) !== FTP_DATA_PORT) return undefined;
  const start = view.getUint32(offsets.peer, IS_LITTLE_ENDIAN) * size;
  if (start + size > words.byteLength) return undefined;
  const reply = new DataView(words.buffer, words.byteOffset + start, size);
  return reply.getUint8(offsets.flags) & CONNECTION_REPLY ? reply.getUint16(offsets.sourcePort) : undefined;
}

const TEMPLATE_STATES: Readonly<Record<number, string>> = { [TEMPLATE_NONE]: 'NONE', [TEMPLATE_ASSURED]: 'ASSURED' };

/** Port of a template that is not used any more, since its real server is not. */
const INVALID_PORT = 0xffff;

function decodeTemplate(view: DataView, line: number, clock: Clock, named: Named): Connection | undefined {
  const expires = expiryOfTemplate(view, clock);
  const server = named.server(view.getUint32(offsets.realServer, IS_LITTLE_ENDIAN));
  if (!server || !isLive(expires, clock.jiffies)) return undefined;
  const virtualPort = view.getUint16(offsets.destinationPort);
  const isOfPort = virtualPort !== 0 && virtualPort !== INVALID_PORT;
  const call = view.getUint16(offsets.clientInterface, IS_LITTLE_ENDIAN) === 0 ? undefined : named.call(line);
  return {
    protocol: view.getUint8(offsets.protocol),
    state: TEMPLATE_STATES[view.getUint8(offsets.state)] ?? 'NONE',
    secondsLeft: secondsLeft(expires, clock),
    client: { address: addressAt(view, 0), port: 0 },
    virtual: { address: addressAt(view, 1), port: virtualPort },
    real: {
      address: server.address,
      port: isOfPort ? server.portOf({ virtualPort, isControlled: true }) : virtualPort,
    },
    isTemplate: true,
    mark: server.mark,
    ...(call !== undefined && { persistenceEngine: { name: 'sip', data: call } }),
  };
}

/** One that controls connections gets another minute; the sweeper gives it that some seconds late. */
function expiryOfTemplate(view: DataView, { jiffies, hz }: Clock): number {
  const expires = view.getUint32(offsets.expires, IS_LITTLE_ENDIAN);
  const isHeld = view.getUint32(offsets.peer, IS_LITTLE_ENDIAN) !== 0;
  return isHeld && !isLive(expires, jiffies) ? (expires + TEMPLATE_RESPITE_S * hz) >>> 0 : expires;
}

/** Side 0 is the source, 1 the destination; IPv4 addresses stand side by side in the first eight bytes. */
function addressAt(view: DataView, side: 0 | 1): Address {
  const isIpv6 = (view.getUint8(offsets.family) & ~FAMILY_TEMPLATE) === Number(Family.FAMILY_IPV6);
  const length = isIpv6 ? 16 : 4;
  return { family: isIpv6 ? 6 : 4, bytes: new Uint8Array(view.buffer, offsets.addresses + side * length, length) };
}
