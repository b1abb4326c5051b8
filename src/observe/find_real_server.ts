// SPDX-License-Identifier: Apache-2.0
/** Where a real server is and whose it is, from the maps `real_servers` and `service_records`; removed ones too, since connections may still name them. */
import { Family, realServerCodec, REAL_SERVER_IN_USE, serviceRecordCodec } from '../abi/generated.js';
import { portOfConnection } from '../image/ports.js';
import type { FindRealServer, RealServerPlace } from './connections.js';

/** Each number is read once: connections by the million name servers by the dozen. */
export function findRealServerIn(realServers: ArrayBuffer, serviceRecords: ArrayBuffer): FindRealServer {
  const bytes = new Uint8Array(realServers);
  const services = new Uint8Array(serviceRecords);
  const known = new Map<number, RealServerPlace | undefined>();
  return (number) => {
    if (!known.has(number)) known.set(number, placeAt(bytes, services, number));
    return known.get(number);
  };
}

function placeAt(bytes: Uint8Array, services: Uint8Array, number: number): RealServerPlace | undefined {
  const start = number * realServerCodec.size;
  if (start + realServerCodec.size > bytes.length) return undefined;
  const record = realServerCodec.decode(bytes, start);
  const { address, family, flags, protocol, service } = record;
  if (!(flags & REAL_SERVER_IN_USE)) return undefined;
  return {
    address: family === Family.FAMILY_IPV6 ? { family: 6, bytes: address } : { family: 4, bytes: address.slice(0, 4) },
    portOf: (line) => portOfConnection(record, line),
    mark: protocol === 0 ? serviceRecordCodec.decode(services, service * serviceRecordCodec.size).key.mark : 0,
  };
}
