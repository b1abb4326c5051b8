// SPDX-License-Identifier: Apache-2.0
/** Which real servers may open connections by what they send themselves: what bpf/calling.h finds them by. */
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import {
  ForwardingMethod,
  KEY_CODECS,
  SERVICE_ENGINE_SIP,
  VALUE_CODECS,
  memberCodec,
  realServerCodec,
  serviceKeyCodec,
  serviceRecordCodec,
  virtualServiceCodec,
} from '../abi/generated.js';
import { viewOf } from '../abi/view.js';
import { byteOf, wordOf } from './entries.js';
import { keyBytes, keyText } from './image.js';
import type { Image } from './image.js';
import { ownPort } from './ports.js';
import { numberIn, valueOf } from './service_value.js';

type Lists = Pick<Image, 'services' | 'arrays'>;

const UDP = 17;

/** Whether a service's persistence goes by SIP's Call-ID. Of ten thousand services nothing more is read. */
function hasEngine(bytes: Uint8Array): boolean {
  const flags = viewOf(bytes).getUint16(bytes.byteOffset + virtualServiceCodec.offsets.flags, IS_LITTLE_ENDIAN);
  return (flags & SERVICE_ENGINE_SIP) !== 0;
}

/**
 * struct calling_server, as keyText makes it a string, to a real server's number. IPVS knows one real server by an address and
 * port (ip_vs_find_real_service): of several services' the one added last, which is taken to be that of the service added
 * last. Where that service has no engine, none calls.
 */
export function callingServersOf(lists: Lists): ReadonlyMap<string, Uint8Array> {
  const calling = new Map<string, Uint8Array>();
  if (![...lists.services.values()].some(hasEngine)) return calling;
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

function inOrder({ services, arrays }: Lists): (readonly [key: string, value: Uint8Array])[] {
  const added = (bytes: Uint8Array) =>
    wordOf(arrays.service_records, numberIn(bytes), serviceRecordCodec.offsets.added);
  return [...services].sort(([, one], [, other]) => added(one) - added(other));
}

function* masqueraded(
  { arrays }: Lists,
  bytes: Uint8Array,
): Iterable<{ readonly key: string; readonly number: number }> {
  const { firstMember, memberCount } = valueOf(bytes);
  for (let index = firstMember; index < firstMember + memberCount; index++) {
    if (byteOf(arrays.members, index, memberCodec.offsets.method) !== ForwardingMethod.FORWARDING_MASQUERADE) continue;
    const number = wordOf(arrays.members, index, memberCodec.offsets.realServer);
    const record = realServerCodec.decode(arrays.real_servers.get(number)!);
    const { address, family } = record;
    yield { number, key: keyText(KEY_CODECS.calling_servers.encode({ address, family, port: ownPort(record) })) };
  }
}
