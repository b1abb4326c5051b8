// SPDX-License-Identifier: Apache-2.0
import { formatAddress, parseAddress } from '../../model/address.js';
import type { Address } from '../../model/types.js';
import { rowsOf } from './rows_of.js';

/** The text of /etc/hosts, see hosts(5). The first row that fits wins. */
export class HostsFile {
  readonly #hosts = new Map<string, string>();
  /** Of IPv4; names in lower case. */
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
    const ipv4 = address.family === 4 ? address : standIn(address);
    if (!ipv4) return;
    for (const name of names) addFirst(this.#addresses, name.toLowerCase(), ipv4);
  }
}

/** The IPv4 address that the GNU C library takes for one of IPv6 where it looks for IPv4: ::1's and of ::ffff:a.b.c.d. */
function standIn({ bytes }: Address): Address | undefined {
  const text = formatAddress({ family: 6, bytes });
  if (text === '::1') return parseAddress('127.0.0.1');
  return text.startsWith('::ffff:') && text.includes('.') ? { family: 4, bytes: bytes.subarray(12) } : undefined;
}

function addFirst<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
