// SPDX-License-Identifier: Apache-2.0
/** Is what a program made of a packet what its row says it makes? */
import { isDeepStrictEqual } from 'node:util';

import type { Packet } from './packet.js';
import { macText, readFrame } from './packet.js';
import type { Run } from './restore.js';
import { XDP } from './restore.js';
import { ROUTER_MAC } from './network.js';

/** From the packet as it came to what has to leave; `servers`: any of these is right. */
export type Expected = (came: Packet) => Packet[];

export interface Expectation {
  readonly verdict: number;
  readonly packets: Expected;
}

/** The TTL of the outer header is the inner one's (as IPVS) or 64 (the textbook). */
export function tunnelled(outerSource: string, servers: readonly string[], isTextbook = false): Expectation {
  return {
    verdict: XDP.TX,
    packets: (came) => {
      const inner = { ...came, ttl: isTextbook ? came.ttl : came.ttl - 1, destinationMac: ROUTER_MAC };
      return servers.map((destination) => ({
        ...inner,
        source: outerSource,
        destination,
        ttl: isTextbook ? 64 : inner.ttl,
        protocol: came.family === 4 ? 4 : 41,
        sourcePort: 0,
        destinationPort: 0,
        inner,
      }));
    },
  };
}

export function direct(): Expectation {
  return { verdict: XDP.TX, packets: (came) => [{ ...came, destinationMac: ROUTER_MAC, ttl: came.ttl - 1 }] };
}

export function translated(servers: readonly string[], verdict: number = XDP.TX, mac = ROUTER_MAC): Expectation {
  return {
    verdict,
    packets: (came) => servers.map((destination) => ({ ...came, destination, destinationMac: mac, ttl: came.ttl - 1 })),
  };
}

/** By the route to the client, which the first reply of a connection asks for. */
export function translatedBack(service: string): Expectation {
  return {
    verdict: XDP.TX,
    packets: (came) => [{ ...came, source: service, destinationMac: ROUTER_MAC, ttl: came.ttl - 1 }],
  };
}

export function untouched(): Expectation {
  return { verdict: XDP.PASS, packets: (came) => [came] };
}

export function sentBack(clientMac: Uint8Array): Expectation {
  return { verdict: XDP.TX, packets: (came) => [{ ...came, destinationMac: macText(clientMac) }] };
}

/** Throws with both packets if they do not fit. `came`: the frame as `nothing` left it. */
export function verify(row: string, came: Run, went: Run, expected: Expectation): void {
  const before = readFrame(came.frame);
  if (!before.isSound) throw new Error(`${row}: the packet sent has a wrong checksum: ${JSON.stringify(before)}`);
  if (went.verdict !== expected.verdict) throw new Error(`${row}: verdict ${went.verdict}, not ${expected.verdict}`);
  const after = readFrame(went.frame);
  if (expected.packets(before).some((packet) => isDeepStrictEqual(packet, after))) return;
  const wanted = expected.packets(before)[0];
  throw new Error(
    `${row}: made\n  ${JSON.stringify(before)} into\n  ${JSON.stringify(after)}, not\n  ${JSON.stringify(wanted)}`,
  );
}
