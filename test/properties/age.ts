// SPDX-License-Identifier: Apache-2.0
/** Makes time go by for connections: all of a world are so much nearer their ends. */
import { CONNECTION_REPLY, FAMILY_TEMPLATE, Family, TAG_FIRST, connectionCodec } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';

const { size, offsets } = connectionCodec;

/** `seconds`: by world. */
export function age(director: Director, seconds: ReadonlyMap<number, number>): void {
  const memory = director.maps.memory('connections');
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  for (let at = 0; at < memory.length; at += size) {
    if (view.getUint32(at + offsets.tag, true) < TAG_FIRST) continue;
    const by = seconds.get(worldOf(memory.subarray(at, at + size))) ?? 0;
    const expires = view.getUint32(at + offsets.expires, true);
    view.setUint32(at + offsets.expires, expires - Math.round(by * director.dataPlane.hz), true);
  }
}

/** Its services' addresses have its number in them, and its clients' too. A reply is on its way to a client. */
function worldOf(line: Uint8Array): number {
  const isReply = (line[offsets.flags]! & CONNECTION_REPLY) !== 0;
  const addresses = line.subarray(offsets.addresses, offsets.addresses + 32);
  if ((line[offsets.family]! & ~FAMILY_TEMPLATE) === Family.FAMILY_IPV4) {
    const destination = addresses.subarray(4, 8);
    return isReply || destination[1] === 8 ? destination[2]! : destination[3]!;
  }
  const destination = addresses.subarray(16, 32);
  return isReply ? destination[13]! : destination[15]!;
}
