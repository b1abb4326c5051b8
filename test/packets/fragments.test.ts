// SPDX-License-Identifier: Apache-2.0
/**
 * What becomes of each fragment as it comes. The frame that completes a packet is passed on as a ticket to the sender, whose
 * frames are compared with IPVS's in test/replay and sent through sockets in test/e2e/fragments.test.ts.
 */
import assert from 'node:assert/strict';

import { INTERFACE_CUTS, INTERFACE_SENDS } from '../../src/abi/generated.js';
import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, internetChecksum, ipFragment, parsePacket, udp } from '../support/frames.js';
import type { IpFields } from '../support/frames.js';
import { address } from '../support/frames/addresses.js';
import { pseudoHeader } from '../support/frames/checksum.js';
import { assertPassed } from '../support/seen.js';
import type { Cast } from './scene.js';
import { FAMILIES, FROM_CLIENT, IPV4, services } from './scene.js';

const test = directorTest();

const UDP = 17;
/** Where the fragments begin; a multiple of 8 each. */
const CUTS = [0, 1000, 1800];
const SIZE = 2000;

function datagram({ client, virtual }: Cast, to = virtual): Buffer {
  const whole = udp(client, to, 'x'.repeat(SIZE - 8));
  return Buffer.from(parsePacket(whole).payload);
}

/** In order. */
function fragments(cast: Cast, to = cast.virtual, fields: Partial<IpFields> = {}): Buffer[] {
  const payload = datagram(cast, to);
  const ends = { source: cast.clientAddress, destination: cast.virtualAddress, ...fields };
  return CUTS.map((begin, index) => {
    const end = CUTS[index + 1] ?? SIZE;
    return ethernet(ipFragment(ends, UDP, payload.subarray(begin, end), begin, end < SIZE), FROM_CLIENT);
  });
}

/** As attach leaves it where tc runs our programs. */
function withSender(director: Director): Director {
  director.changeInterface('lan', { flags: INTERFACE_CUTS | INTERFACE_SENDS });
  return director;
}

function words({ action, outcome }: Seen): string {
  return `${action} ${outcome}`;
}

function assertTicket(seen: Seen, outcome: string): void {
  assert.equal(words(seen), `PASS ${outcome}`);
  assert.equal(seen.frame[14], 0, 'no IP version');
}

/** Outer header, tunnel's header and packet as the sender will send them, found by the outer addresses. */
function tunnelled(director: Director, cast: Cast, header: number): Buffer {
  const memory = Buffer.from(director.maps.memory('assemblies'));
  const [farm, real] = [address(cast.farm).bytes, address(cast.realAddress).bytes];
  const at = memory.indexOf(Buffer.concat([farm, real])) - (cast.family === 'IPv4' ? 12 : 8);
  const inner = cast.family === 'IPv4' ? 20 : 40;
  const head = memory.subarray(at, at + inner + header + inner + 8);
  return Buffer.concat([head, datagram(cast).subarray(8)]);
}

/** GUE's with its UDP header, and GRE's with its checksum and what is reserved beside it. */
const GUE_HEADER = 12;
const GRE_HEADER = 8;

const HELD = 'DROP FRAGMENT_HELD';
const LOST = 'DROP FRAGMENT_LOST';

for (const cast of FAMILIES) {
  const { family, virtual, moved, real } = cast;
  const nat = services(virtual, moved, '-m');

  test(
    `${family}: GUE's checksum is over the whole packet`,
    services(virtual, real, '-i --tun-type gue --tun-port 6080 --tun-csum'),
    (director) => {
      withSender(director);
      for (const frame of fragments(cast)) director.receive(frame);
      const outer = parsePacket(tunnelled(director, cast, GUE_HEADER));
      const [from, to] = [address(cast.farm), address(cast.realAddress)];
      assert.equal(outer.payload.readUInt16BE(4), outer.payload.length);
      assert.equal(internetChecksum(pseudoHeader(from, to, UDP, outer.payload.length), outer.payload), 0);
    },
  );

  test(`${family}: so is GRE's`, services(virtual, real, '-i --tun-type gre --tun-csum'), (director) => {
    withSender(director);
    for (const frame of fragments(cast)) director.receive(frame);
    assert.equal(internetChecksum(parsePacket(tunnelled(director, cast, GRE_HEADER)).payload), 0);
  });

  for (const [method, outcome] of [
    ['-m', 'FORWARDED_MASQUERADE'],
    ['-g', 'FORWARDED_DIRECT_ROUTE'],
    ['-i', 'FORWARDED_TUNNEL'],
  ] as const) {
    const lines = services(virtual, method === '-m' ? moved : real, method);
    test(`${family} ${method}: the last of a packet's fragments to come sends it, in any order`, lines, (director) => {
      withSender(director);
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [1, 0, 2],
      ]) {
        const frames = fragments(cast);
        const [first, second, third] = order.map((index) => director.receive(frames[index]!)) as [Seen, Seen, Seen];
        assert.deepEqual([words(first), words(second)], [HELD, HELD]);
        assertTicket(third, outcome);
      }
      assert.equal(director.connections().length, 1);
      const { connections, inPackets, inBytes } = director.traffic();
      const whole = SIZE + (family === 'IPv4' ? 20 : 40);
      assert.deepEqual(
        { connections, inPackets, inBytes },
        { connections: 1n, inPackets: 4n, inBytes: BigInt(4 * whole) },
      );
    });
  }

  test(`${family}: one fragment alone is never sent, and opens no connection`, nat, (director) => {
    withSender(director);
    for (const frame of fragments(cast).slice(0, 2)) assert.equal(words(director.receive(frame)), HELD);
    assert.deepEqual(director.connections(), []);
  });

  test(`${family}: fragments that come twice do no harm`, nat, (director) => {
    withSender(director);
    const [first, second, third] = fragments(cast) as [Buffer, Buffer, Buffer];
    for (const frame of [first, second, second, first]) assert.equal(words(director.receive(frame)), HELD);
    assertTicket(director.receive(third), 'FORWARDED_MASQUERADE');
  });

  test(`${family}: of packets whose fragments overlap or contradict each other nothing is sent`, nat, (director) => {
    withSender(director);
    const payload = datagram(cast);
    const ends = { source: cast.clientAddress, destination: cast.virtualAddress };
    const piece = (begin: number, end: number, more: boolean): Buffer =>
      ethernet(ipFragment(ends, UDP, payload.subarray(begin, end), begin, more), FROM_CLIENT);
    for (const [one, other] of [
      [piece(0, 1000, true), piece(992, 1992, true)],
      [piece(0, 1000, true), piece(800, 900, false)],
      [piece(1000, 2000, false), piece(1600, 1800, false)],
      [piece(1000, 1800, false), piece(1800, 2000, true)],
      [piece(0, 1800, true), piece(1000, 1100, false)],
    ] as const) {
      assert.equal(words(director.receive(one)), HELD);
      assert.equal(words(director.receive(other)), LOST);
    }
    assert.deepEqual(director.connections(), []);
  });

  test(`${family}: a first fragment too small for its ports' header is refused`, nat, (director) => {
    withSender(director);
    const ends = { source: cast.clientAddress, destination: cast.virtualAddress };
    const tiny = ethernet(ipFragment(ends, 6, datagram(cast).subarray(0, 16), 0, true), FROM_CLIENT);
    assert.equal(words(director.receive(tiny)), LOST);
  });

  test(`${family}: fragments for no service pass, byte for byte, if their first comes first`, nat, (director) => {
    withSender(director);
    const other = virtual.replace(/80$/, '81');
    for (const frame of fragments(cast, other)) assertPassed(director.receive(frame), 'FRAGMENT', frame);
  });

  test(`${family}: fragments for no service that came out of order go back to the host together`, nat, (director) => {
    withSender(director);
    const frames = fragments(cast, virtual.replace(/80$/, '81')).reverse();
    const seen = frames.map((frame) => director.receive(frame));
    assert.deepEqual(seen.slice(0, 2).map(words), [HELD, HELD]);
    assertTicket(seen[2]!, 'NOT_A_SERVICE');
  });

  test(`${family}: without a sender, fragments are left to the host`, nat, (director) => {
    for (const frame of fragments(cast)) assertPassed(director.receive(frame), 'FRAGMENT', frame);
  });

  test(`${family}: an answer is made for the whole packet`, [`-A -u ${virtual} -s rr`], (director) => {
    withSender(director);
    const seen = fragments(cast).map((frame) => director.receive(frame));
    assertTicket(seen[2]!, 'NO_REAL_SERVER');
  });

  test(`${family}: a flood of fragments from one source leaves others' packets alone`, nat, (director) => {
    withSender(director);
    const [first, second, third] = fragments(cast) as [Buffer, Buffer, Buffer];
    director.receive(first);
    const flooder = family === 'IPv4' ? '10.1.0.77' : 'fd01::77';
    const payload = Buffer.alloc(1400, 'f');
    for (let round = 0; round < 2000; round++) {
      const ends = { source: flooder, destination: cast.virtualAddress };
      const packet = ipFragment(ends, UDP, payload, 8 * (1 + (round % 500)), true);
      // Each of a packet of its own.
      packet.writeUInt16BE(round, family === 'IPv4' ? 4 : 46);
      director.transform(ethernet(fixed(packet), FROM_CLIENT));
    }
    assert.equal(words(director.receive(second)), HELD);
    assertTicket(director.receive(third), 'FORWARDED_MASQUERADE');
  });
}

/** The header checksum of an IPv4 packet whose id was changed. */
function fixed(packet: Buffer): Buffer {
  if (packet[0]! >> 4 !== 4) return packet;
  packet.writeUInt16BE(0, 10);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  packet.writeUInt16BE(~sum & 0xffff, 10);
  return packet;
}

const OF_OTHER_PORTS: readonly (readonly [string, string[]])[] = [
  ['of port 0', ['-A -u 10.9.0.1:0 -s rr -p 300', '-a -u 10.9.0.1:0 -r 192.168.1.1:0 -g']],
  ['of a mark', ['-A -f 1 -s rr', '-a -f 1 -r 192.168.1.1:0 -g']],
];

for (const [which, lines] of OF_OTHER_PORTS) {
  test(`the first of a packet's fragments shows that it is for a service ${which}`, lines, (director) => {
    withSender(director);
    director.mark('-d 10.9.0.1 -j MARK --set-mark 1');
    const seen = fragments(IPV4, '10.9.0.1:7000').map((frame) => director.receive(frame));
    assert.deepEqual(seen.slice(0, -1).map(words), [HELD, HELD]);
    assertTicket(seen.at(-1)!, 'FORWARDED_DIRECT_ROUTE');
  });
}
