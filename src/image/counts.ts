// SPDX-License-Identifier: Apache-2.0
/** Sums of what passed. The maps keep 64 bits, and so differences wrap as theirs do. */
export interface Counts {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  /** IP length. */
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

export const NOTHING: Counts = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };

export function add(a: Counts, b: Counts): Counts {
  return combine(a, b, (x, y) => x + y);
}

export function subtract(a: Counts, b: Counts): Counts {
  return combine(a, b, (x, y) => x - y);
}

function combine(a: Counts, b: Counts, operation: (x: bigint, y: bigint) => bigint): Counts {
  const word = (x: bigint, y: bigint) => BigInt.asUintN(64, operation(x, y));
  return {
    connections: word(a.connections, b.connections),
    inPackets: word(a.inPackets, b.inPackets),
    outPackets: word(a.outPackets, b.outPackets),
    inBytes: word(a.inBytes, b.inBytes),
    outBytes: word(a.outBytes, b.outBytes),
  };
}
