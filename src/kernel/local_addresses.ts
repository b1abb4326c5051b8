// SPDX-License-Identifier: Apache-2.0
/** Keeps the map local_addresses: which real servers are this host itself. Asked at attach and whenever real servers come. */
import type { Family, LocalAddress } from '../abi/generated.js';
import { REAL_SERVER_IN_USE, localAddressCodec, realServerCodec } from '../abi/generated.js';
import { VALUE_CODECS } from '../abi/generated.js';
import { formatAddress, parseAddress } from '../model/address.js';
import type { Maps } from './maps.js';
import { read, strideIn } from './maps.js';
import { localAmong } from './neighbours.js';

/** Real servers' addresses, as text: what is local is written, what no longer is goes. */
export function noteLocal(maps: Maps, addresses: readonly string[]): void {
  const local = new Set(addresses.length === 0 ? [] : localAmong(addresses));
  for (const address of addresses) {
    const key = keyOf(address);
    const isNoted = maps.get('local_addresses', key) !== undefined;
    if (local.has(address) && !isNoted) maps.set('local_addresses', key, VALUE_CODECS.local_addresses.encode(1));
    if (!local.has(address) && isNoted) maps.delete('local_addresses', key);
  }
}

/** As noteLocal, for all real servers that the maps name. */
export function noteAllLocal(maps: Maps): void {
  noteLocal(maps, [...new Set(addressesIn(maps))]);
}

function* addressesIn(maps: Maps): Generator<string> {
  const memory = maps.memory('real_servers');
  const end = read(maps, '.data.settings', 0)?.serversInUse ?? 0;
  for (let number = 0; number < end; number++) {
    const { address, family, flags } = realServerCodec.decode(memory, number * strideIn('real_servers'));
    if ((flags & REAL_SERVER_IN_USE) !== 0)
      yield formatAddress({ family: family === 4 ? 4 : 6, bytes: address.slice(0, family === 4 ? 4 : 16) });
  }
}

function keyOf(text: string): Uint8Array {
  const { family, bytes } = parseAddress(text)!;
  const address = new Uint8Array(16);
  address.set(bytes);
  return localAddressCodec.encode({ address, family: family as Family } satisfies LocalAddress);
}
