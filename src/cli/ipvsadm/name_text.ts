// SPDX-License-Identifier: Apache-2.0
/** How addresses, ports and services are written. */
import { formatAddress } from '../../model/address.js';
import type { Endpoint } from '../../model/requests.js';
import type { Address, Protocol, ServiceKey } from '../../model/types.js';
import type { Names } from './names.js';

/** ipvsadm's own buffer for an address and port holds this many bytes. */
const LONGEST = 59;

/** Names to write with; undefined: in numbers. */
export type WrittenNames = Names | undefined;

export function endpointText({ address, port }: Endpoint, protocol: Protocol | undefined, names: WrittenNames): string {
  const host = names?.hostOf(address) ?? formatAddress(address);
  const service = (protocol && names?.serviceOf(port, protocol)) ?? String(port);
  return (address.family === 6 ? `[${host}]:${service}` : `${host}:${service}`).slice(0, LONGEST);
}

/** Marks above 2147483647 are written as negative numbers, as ipvsadm does. */
export function markText(mark: number): string {
  return String(mark | 0);
}

/** In whose names a service's ports are written; undefined: in numbers, as a mark's always are. */
export function protocolOf(key: ServiceKey): Protocol | undefined {
  return key.kind === 'mark' ? undefined : key.protocol;
}

export function addressesOf(services: Iterable<{ key: ServiceKey; realServers: readonly Endpoint[] }>): Address[] {
  const addresses: Address[] = [];
  for (const { key, realServers } of services) {
    if (key.kind === 'address') addresses.push(key.address);
    for (const { address } of realServers) addresses.push(address);
  }
  return addresses;
}
