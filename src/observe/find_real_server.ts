// SPDX-License-Identifier: Apache-2.0
/** Where a real server is, from the map `real_servers`; removed ones too, since connections may still name them. */
import { Family, realServerCodec, REAL_SERVER_IN_USE } from '../abi/generated.js';
import { portOfConnection } from '../image/ports.js';
import type { FindRealServer, RealServerPlace } from './connections.js';

/** Each number is read once: connections by the million name servers by the dozen. */
export function findRealServerIn(realServers: ArrayBuffer): FindRealServer {
  const bytes = new Uint8Array(realServers);
  const known = new Map<number, RealServerPlace | undefined>();
  return (number) => {
    if (!known.has(number)) known.set(number, endpointAt(bytes, number));
    return known.get(number);
  };
}

function endpointAt(bytes: Uint8Array, number: number): RealServerPlace | undefined {
  const start = number * realServerCodec.size;
  if (start + realServerCodec.size > bytes.length) return undefined;
  const record = realServerCodec.decode(bytes, start);
  const { address, family, flags } = record;
  if (!(flags & REAL_SERVER_IN_USE)) return undefined;
  return {
    address: family === Family.FAMILY_IPV6 ? { family: 6, bytes: address } : { family: 4, bytes: address.slice(0, 4) },
    portOf: (line) => portOfConnection(record, line),
  };
}
