// SPDX-License-Identifier: Apache-2.0
import { formatAddress, parseAddress } from '../../model/address.js';
import type { Address } from '../../model/types.js';
import { rowsOf } from './rows_of.js';

/** The text of /etc/hosts, see hosts(5). The first row that fits wins. */
export class HostsFile {
  readonly #hosts = new Map<string, string>();
  /** Only IPv4; names in lower case. */
  readonly #addresses = new Map<string, Address>();

  constructor(text: string) {
    for (const [address = '', ...names] of rowsOf(text)) this.#read(parseAddress(address), names);
  }

  addressOf(host: string): Address | undefined {
    return this.#addresses.get(host.toLowerCase());
  }

  hostOf(address: string): string | undefined {
    return this.#hosts.get(address);
  }

  #read(address: Address | undefined, names: readonly string[]): void {
    if (!address || names[0] === undefined) return;
    addFirst(this.#hosts, formatAddress(address), names[0]);
    if (address.family !== 4) return;
    for (const name of names) addFirst(this.#addresses, name.toLowerCase(), address);
  }
}

function addFirst<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
