// SPDX-License-Identifier: Apache-2.0
/** Reads recorded listings back into what a director must have held and observed for ipvsadm to write them. */
import { serviceId } from '../../src/model/service_id.js';
import type { ForwardingMethod, Persistence, RealServer, ServiceKey, VirtualService } from '../../src/model/types.js';
import type { ConnectionEntry, Counts, Load, Rates } from '../../src/cli/ipvsadm/backend.js';
import { parseEndpoint } from '../../src/cli/ipvsadm/endpoint.js';
import { NO_SCHEDULER_FLAGS } from '../../src/cli/ipvsadm/scheduler_flags.js';
import { FileNames } from './file_names.js';
import { serverId } from './memory_backend.js';

const NAMES = new FileNames();
const METHOD: Readonly<Record<string, ForwardingMethod>> = {
  Masq: 'masquerade',
  Route: 'direct-route',
  Tunnel: 'tunnel',
};

export interface Row {
  /** As in the backend's `observed`. */
  readonly id: string;
  readonly key: ServiceKey;
  /** undefined: the row is of the service. */
  readonly endpoint: Endpoint | undefined;
  /** What follows the name. */
  readonly columns: readonly string[];
}

interface Endpoint {
  readonly address: RealServer['address'];
  readonly port: number;
}

export function rowsOf(listing: string): Row[] {
  const rows: Row[] = [];
  for (const line of listing.split('\n').filter((text) => /^(TCP|UDP|  -> (?!Remote))/.test(text))) {
    const [kind = '', name = '', ...columns] = line.trim().split(/\s+/);
    if (kind !== '->') rows.push(serviceRow({ kind: 'address', protocol: protocolOf(kind), ...end(name) }, columns));
    else rows.push(serverRow(rows.at(-1)?.key, end(name), columns));
  }
  return rows;
}

function serviceRow(key: ServiceKey, columns: readonly string[]): Row {
  return { id: serviceId(key), key, endpoint: undefined, columns };
}

function serverRow(key: ServiceKey | undefined, endpoint: Endpoint, columns: readonly string[]): Row {
  if (!key) throw new Error('a real server stands before any service');
  return { id: serverId(key, endpoint), key, endpoint, columns };
}

function protocolOf(kind: string): 'tcp' | 'udp' {
  return kind === 'TCP' ? 'tcp' : 'udp';
}

function end(text: string): Endpoint {
  const endpoint = parseEndpoint(text, 'tcp', NAMES) ?? parseEndpoint(text, 'udp', NAMES);
  if (endpoint?.port === undefined) throw new Error(`${text} is no address and port`);
  return { address: endpoint.address, port: endpoint.port };
}

/** From the rows of a plain listing. */
export function servicesOf(rows: readonly Row[]): Map<string, VirtualService> {
  const services = rows.filter(({ endpoint }) => !endpoint).map((row) => serviceOf(row, rows));
  return new Map(services.map((service) => [serviceId(service.key), service]));
}

function serviceOf({ key, columns }: Row, rows: readonly Row[]): VirtualService {
  const [scheduler, ...words] = columns;
  return {
    key,
    scheduler: scheduler as VirtualService['scheduler'],
    schedulerFlags: NO_SCHEDULER_FLAGS,
    onePacket: words.includes('ops'),
    persistence: persistenceOf(words),
    realServers: rows
      .filter((row) => row.key === key)
      .flatMap((row) => (row.endpoint ? [serverOf(row.endpoint, row)] : [])),
  };
}

function persistenceOf(words: readonly string[]): Persistence | undefined {
  const place = words.indexOf('persistent');
  return place < 0 ? undefined : { timeoutS: Number(words[place + 1]), mask: 0xffffffff };
}

function serverOf(endpoint: Endpoint, { columns: [method = '', weight] }: Row): RealServer {
  return {
    ...endpoint,
    method: METHOD[method] ?? 'masquerade',
    tunnel: { type: 'ipip', port: 0, checksum: 'none' },
    weight: Number(weight),
    upperThreshold: 0,
    lowerThreshold: 0,
  };
}

/** Active and inactive connections stand last in a plain listing. */
export function loadOf({ columns }: Row, persistent = 0): Load {
  const [active = 0, inactive = 0] = columns.slice(-2).map(Number);
  return { active, inactive, persistent };
}

export function countsOf({ columns }: Row): Counts {
  const [connections = 0n, inPackets = 0n, outPackets = 0n, inBytes = 0n, outBytes = 0n] = columns.map(BigInt);
  return { connections, inPackets, outPackets, inBytes, outBytes };
}

export function ratesOf(row: Row): Rates {
  const { connections, inPackets, outPackets, inBytes, outBytes } = countsOf(row);
  return {
    connections: Number(connections),
    inPackets: Number(inPackets),
    outPackets: Number(outPackets),
    inBytes: Number(inBytes),
    outBytes: Number(outBytes),
  };
}

export function connectionsOf(listing: string): ConnectionEntry[] {
  const lines = listing.split('\n').slice(2).filter(Boolean);
  return lines.map((line) => {
    const [protocol, expires = '', state = '', client = '', virtual = '', real = ''] = line.split(/\s+/);
    const [minutes = 0, seconds = 0] = expires.split(':').map(Number);
    return {
      protocol: protocol === 'TCP' ? 6 : 17,
      secondsLeft: minutes * 60 + seconds,
      state,
      client: end(client),
      virtual: end(virtual),
      real: end(real),
    };
  });
}
