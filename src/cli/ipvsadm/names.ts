// SPDX-License-Identifier: Apache-2.0
/** Hosts and services by name, both ways. */
import type { Address, Protocol } from '../../model/types.js';

export interface Names {
  /** A host's IPv4 address. */
  addressOf(host: string): Address | undefined;
  /** A service's port. */
  portOf(service: string, protocol: Protocol): number | undefined;
  hostOf(address: Address): string | undefined;
  serviceOf(port: number, protocol: Protocol): string | undefined;
  /** Looks many hosts up at once, if that is quicker than one by one. */
  prepare(addresses: Iterable<Address>): void;
}
