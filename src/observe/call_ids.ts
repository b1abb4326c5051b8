// SPDX-License-Identifier: Apache-2.0
/** Which call a persistence template is for. */
import { IS_LITTLE_ENDIAN } from '../abi/codec.js';
import { callIdCodec } from '../abi/generated.js';

/** The Call-ID of the template in a line, by the line's index. undefined: the template ended just now. */
export type FindCall = (line: number) => string | undefined;

/** `get` reads an entry of call_ids. A Call-ID is ASCII; letters beyond that, which IPVS lets pass, are taken for Latin-1. */
export function findCallWith(get: (key: Uint8Array) => Uint8Array | undefined): FindCall {
  const key = new DataView(new ArrayBuffer(4));
  return (line) => {
    key.setUint32(0, line, IS_LITTLE_ENDIAN);
    const bytes = get(new Uint8Array(key.buffer));
    if (!bytes) return undefined;
    const { length, text } = callIdCodec.decode(bytes);
    return Buffer.from(text.subarray(0, length)).toString('latin1');
  };
}
