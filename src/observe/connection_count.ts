// SPDX-License-Identifier: Apache-2.0
/** How many connections there are of each protocol and state, told without making an object of any line. */
import { CONNECTION_REPLY, CONNECTION_TEMPLATE, connectionCodec, TAG_FIRST } from '../abi/generated.js';
import { isLive } from './expiry.js';

const { size, offsets } = connectionCodec;
const STATES = 256;

export interface ConnectionCount {
  /** Lines in use, those for replies and persistence templates too. */
  readonly lines: number;
  /** Lines of the table. */
  readonly capacity: number;
  /** Connections of a protocol number in a state number. */
  of(protocol: number, state: number): number;
}

/** Reads the whole table, of which `pieces` are whole lines each. */
export function countConnections(pieces: Iterable<Uint8Array<ArrayBuffer>>, jiffies: number): ConnectionCount {
  const byKind = new Uint32Array(256 * STATES);
  let [lines, capacity] = [0, 0];
  for (const piece of pieces) {
    lines += countPiece(piece, jiffies, byKind);
    capacity += Math.floor(piece.length / size);
  }
  return { lines, capacity, of: (protocol, state) => byKind[protocol * STATES + state] ?? 0 };
}

/** How many lines of it are in use. */
function countPiece(bytes: Uint8Array<ArrayBuffer>, jiffies: number, byKind: Uint32Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let lines = 0;
  for (let line = 0; line + size <= bytes.length; line += size) {
    if (words[(line + offsets.tag) / 4]! < TAG_FIRST) continue;
    const flags = bytes[line + offsets.flags]!;
    // A line for replies lives as long as its peer, whatever its own time says.
    if (flags & CONNECTION_REPLY) {
      lines++;
    } else if (isLive(words[(line + offsets.expires) / 4]!, jiffies)) {
      lines++;
      const kind = bytes[line + offsets.protocol]! * STATES + bytes[line + offsets.state]!;
      if (!(flags & CONNECTION_TEMPLATE)) byKind[kind]!++;
    }
  }
  return lines;
}
