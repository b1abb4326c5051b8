// SPDX-License-Identifier: Apache-2.0
import { realServerCodec, serverRecordCodec } from '../abi/generated.js';
import type { RealServer as Fields, ServiceKey as KeyFields } from '../abi/generated.js';
import type { Endpoint } from '../model/requests.js';
import type { RealServer } from '../model/types.js';
import { addressBytes } from './addresses.js';
import { NOTHING, add } from './counts.js';
import type { Counts } from './counts.js';
import type { Draft } from './draft.js';
import { REAL_SERVER_DELETED, REAL_SERVER_IN_USE } from '../abi/generated.js';
import { Overlay, numberAt } from './entries.js';
import { keyText } from './image.js';
import { LowestFree } from './numbers.js';
import { ftpFlagOf, ownPort, portFieldsOf } from './ports.js';
import { Siblings } from './siblings.js';
import { isIdle } from './snapshot.js';
import type { Snapshot } from './snapshot.js';
import { calmOf, overloadOf } from './overload.js';
import { METHOD, TUNNEL_CHECKSUM, TUNNEL_TYPE } from './words.js';

/** A real server under its number. */
export interface Written {
  readonly number: number;
  readonly isNew: boolean;
  /** What its load says of overload when it has none. */
  readonly calm: number;
}

export interface Sweep {
  hasChanged(service: number): boolean;
  isMember(number: number, service: number): boolean;
  onFree(service: number, traffic: Counts): void;
}

/**
 * Which real server has which number. Connections name real servers by number, so a deleted one is only marked removed, and
 * is found again with its connections and counters when it is added again, as IPVS finds it in its trash. A later command
 * frees its number once no connection names it. (IPVS waits 120 s more; here it is enough that the command which removed it
 * is over, since nothing that was scheduled before is then still on its way.)
 */
export class ServerBook {
  /** struct real_server: of tens of thousands a command decodes the few that it needs. */
  readonly #records: Overlay;
  readonly #siblings: Siblings;
  /** By service, once one of its real servers was asked for: numbers by identity. */
  readonly #found = new Map<number, Map<string, number>>();
  readonly #zeroed = new Set<number>();
  readonly #written = new Set<number>();
  readonly #free: LowestFree;

  constructor(readonly snapshot: Snapshot) {
    const records = snapshot.image.arrays.real_servers;
    const { services, servers } = snapshot.capacities;
    this.#siblings = new Siblings(records, services, servers);
    this.#records = new Overlay(records);
    const isTaken = (number: number) => this.#records.has(number);
    this.#free = new LowestFree('servers', servers, isTaken, this.#siblings.lowestFree);
  }

  find(service: number, server: Endpoint): number | undefined {
    return this.#identities(service).get(identityOf(server.address.family, addressBytes(server.address), server.port));
  }

  /** Numbers of a service's real servers, removed ones too. */
  ofService(service: number): Iterable<number> {
    return this.#siblings.of(service);
  }

  isAnyOf(service: number): boolean {
    return this.#siblings.hasAny(service);
  }

  /** What a service's real servers ever counted. */
  trafficOf(service: number): Counts {
    return [...this.ofService(service)].map((number) => this.snapshot.traffic(number)).reduce(add, NOTHING);
  }

  /** Gives a real server its record: under the number it has, else the lowest free one. */
  write(service: number, key: KeyFields, server: RealServer): Written {
    const known = this.find(service, server);
    const number = known ?? this.#free.take();
    const before = this.#records.get(number);
    const plain = fieldsOf(service, key, server);
    const ftp = ftpFlagOf(key, server.method === 'masquerade', before ? flagsIn(before) : 0);
    const fields = { ...plain, flags: plain.flags | ftp, overload: this.#overloadOf(number, server, before) };
    this.#put(number, realServerCodec.encode(fields));
    if (known === undefined) {
      this.#siblings.add(service, number);
      this.#identities(service).set(identityOf(fields.family, fields.address, server.port), number);
      this.zero(number);
    }
    return { number, isNew: known === undefined, calm: calmOf(fields.overload) };
  }

  #overloadOf(number: number, server: RealServer, before: Uint8Array | undefined): number {
    const { snapshot } = this;
    const fields = before && realServerCodec.decode(before);
    return overloadOf(server, fields, snapshot.load(number), snapshot.overload(number));
  }

  /** Its counters begin at 0 from here on. */
  zero(number: number): void {
    this.#zeroed.add(number);
  }

  /**
   * Marks removed what its service no longer has, and frees what was marked before and is idle; `onFree` gets what it
   * counted. Before `write`, so that their numbers are free.
   *
   * `hasChanged`: services of which any real server may be gone. `isMember` is asked about theirs, and about removed ones.
   */
  sweep({ hasChanged, isMember, onFree }: Sweep): void {
    const gone = [...this.#siblings.services()].filter(hasChanged).flatMap((service) => [...this.ofService(service)]);
    for (const number of new Set([...gone, ...this.#siblings.removed])) {
      const bytes = this.#records.get(number)!;
      const service = serviceIn(bytes);
      if (isMember(number, service)) continue;
      if (!isRemoved(bytes)) {
        this.#put(number, removed(bytes));
      } else if (isIdle(this.snapshot.load(number))) {
        onFree(service, this.snapshot.traffic(number));
        this.#forget(number, service);
      }
    }
  }

  /** All numbers are below this. */
  bound(): number {
    let bound = this.snapshot.capacities.servers;
    while (bound > 0 && !this.#records.has(bound - 1)) bound--;
    return bound;
  }

  saveTo(draft: Draft): void {
    for (const number of this.#written) {
      const bytes = this.#records.get(number);
      if (bytes) draft.arrays.real_servers.set(number, bytes);
      else draft.arrays.real_servers.delete(number);
      if (!bytes) draft.arrays.server_records.delete(number);
    }
    for (const number of this.#zeroed) {
      draft.arrays.server_records.set(number, serverRecordCodec.encode({ zeroed: this.snapshot.traffic(number) }));
    }
  }

  #put(number: number, bytes: Uint8Array): void {
    this.#records.set(number, bytes);
    this.#written.add(number);
  }

  #forget(number: number, service: number): void {
    this.#records.delete(number);
    this.#written.add(number);
    this.#found.delete(service);
    this.#siblings.delete(service, number);
    this.#free.free(number);
  }

  #identities(service: number): Map<string, number> {
    const known = this.#found.get(service);
    if (known) return known;
    const identities = new Map<string, number>();
    for (const number of this.ofService(service)) {
      const record = realServerCodec.decode(this.#records.get(number)!);
      identities.set(identityOf(record.family, record.address, ownPort(record)), number);
    }
    this.#found.set(service, identities);
    return identities;
  }
}

/** What a real server is found by within its virtual service. */
function identityOf(family: number, address: Uint8Array, port: number): string {
  return `${family} ${port} ${keyText(address)}`;
}

function serviceIn(bytes: Uint8Array): number {
  return numberAt(bytes, realServerCodec.offsets.service);
}

function flagsIn(bytes: Uint8Array): number {
  return bytes[realServerCodec.offsets.flags]!;
}

function isRemoved(bytes: Uint8Array): boolean {
  return (flagsIn(bytes) & REAL_SERVER_DELETED) !== 0;
}

function removed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[realServerCodec.offsets.flags]! |= REAL_SERVER_DELETED;
  return copy;
}

function fieldsOf(service: number, key: KeyFields, server: RealServer): Omit<Fields, 'overload'> {
  const ports = portFieldsOf(key, server.port);
  return {
    address: addressBytes(server.address),
    virtualAddress: key.address,
    port: ports.port,
    virtualPort: ports.virtualPort,
    family: server.address.family,
    method: METHOD.number(server.method),
    flags: REAL_SERVER_IN_USE | ports.flags,
    protocol: key.protocol,
    tunnelType: TUNNEL_TYPE.number(server.tunnel.type),
    tunnelFlags: TUNNEL_CHECKSUM.number(server.tunnel.checksum),
    tunnelPort: server.tunnel.port,
    service,
    upperThreshold: server.upperThreshold,
    lowerThreshold: server.lowerThreshold,
    weight: server.weight,
  };
}
