// SPDX-License-Identifier: Apache-2.0
/** Which real servers may open connections by what they send themselves: what bpf/calling.h finds them by. */
import {
  ForwardingMethod,
  KEY_CODECS,
  SERVICE_ENGINE_SIP,
  VALUE_CODECS,
  realServerCodec,
  serviceKeyCodec,
} from '../abi/generated.js';
import { membersOf } from './decompile.js';
import { keyBytes, keyText } from './image.js';
import type { Image } from './image.js';
import { ownPort } from './ports.js';
import { inOrder } from './service_order.js';
import { flagsIn, valueOf } from './service_value.js';

type Lists = Pick<Image, 'services' | 'arrays'>;

const UDP = 17;

/** Whether a service's persistence goes by SIP's Call-ID. */
function hasEngine(bytes: Uint8Array): boolean {
  return (flagsIn(bytes) & SERVICE_ENGINE_SIP) !== 0;
}

/** Asked in every command, of ten thousand services it may be. */
function hasAnyEngine({ services }: Lists): boolean {
  for (const bytes of services.values()) if (hasEngine(bytes)) return true;
  return false;
}

/**
 * struct calling_server, as keyText makes it a string, to a real server's number. IPVS knows one real server by an address and
 * port (ip_vs_find_real_service): of several services' the one added last, which is taken to be that of the service added
 * last. Where that service has no engine, none calls.
 */
export function callingServersOf(lists: Lists): ReadonlyMap<string, Uint8Array> {
  const calling = new Map<string, Uint8Array>();
  if (!hasAnyEngine(lists)) return calling;
  for (const [key, bytes] of inOrder(lists)) {
    const { protocol, port, mark } = serviceKeyCodec.decode(keyBytes(key));
    if (protocol !== UDP && mark === 0) continue;
    const mayCall = hasEngine(bytes) && mark === 0 && port !== 0;
    for (const server of masqueraded(lists, bytes)) {
      if (mayCall) calling.set(server.key, VALUE_CODECS.calling_servers.encode(server.number));
      else calling.delete(server.key);
    }
  }
  return calling;
}

function* masqueraded(lists: Lists, bytes: Uint8Array): Iterable<{ readonly key: string; readonly number: number }> {
  for (const { method, realServer: number } of membersOf(lists, valueOf(bytes))) {
    if (method !== ForwardingMethod.FORWARDING_MASQUERADE) continue;
    const record = realServerCodec.decode(lists.arrays.real_servers.get(number)!);
    const { address, family } = record;
    yield { number, key: keyText(KEY_CODECS.calling_servers.encode({ address, family, port: ownPort(record) })) };
  }
}
