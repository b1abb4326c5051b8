// SPDX-License-Identifier: Apache-2.0
/** States of services alike, as a thousand commands would make them. */
import { parseAddress } from '../../src/model/address.js';
import { Draft } from '../../src/model/draft.js';
import { EMPTY_STATE } from '../../src/model/state.js';
import type { Address, ForwardingMethod, Scheduler, ServiceKey, State } from '../../src/model/types.js';
import { SERVICE_PORT, ipv4Number, ipv4Text } from './traffic.js';

export interface Wanted {
  readonly service: string;
  /** IPv4: addresses from `service` on. */
  readonly services: number;
  readonly scheduler: Scheduler;
  readonly method: ForwardingMethod;
  /** Each service has all of them. */
  readonly servers: readonly string[];
  /** Of each; if absent 1 for rr, else from 1 to 5 in turn. */
  readonly weight?: number;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new RangeError(`${text} is no address`);
  return address;
}

export function stateOf({ service, services, scheduler, method, servers, weight }: Wanted): State {
  const draft = new Draft(EMPTY_STATE);
  const real = servers.map((server, index) => ({
    address: addressOf(server),
    port: SERVICE_PORT,
    method,
    tunnel: { type: 'ipip', port: 0, checksum: 'none' } as const,
    weight: weight ?? (scheduler === 'rr' ? 1 : (index % 5) + 1),
    upperThreshold: 0,
    lowerThreshold: 0,
  }));
  for (let number = 0; number < services; number++) {
    const address = services === 1 ? service : ipv4Text(ipv4Number(service) + number);
    const key: ServiceKey = { kind: 'address', protocol: 'tcp', address: addressOf(address), port: SERVICE_PORT };
    const schedulerFlags = { flag1: false, flag2: false, flag3: false };
    draft.addService({ key, scheduler, schedulerFlags, onePacket: false, persistence: undefined });
    for (const server of real) draft.addServer(key, server);
  }
  return draft.state();
}

/** `count` addresses of real servers from `first` on. */
export function serversFrom(first: string, count: number): string[] {
  if (!first.includes(':')) return Array.from({ length: count }, (_, index) => ipv4Text(ipv4Number(first) + index));
  return Array.from(
    { length: count },
    (_, index) => `${first.slice(0, first.lastIndexOf(':'))}:${(index + 1).toString(16)}`,
  );
}
