// SPDX-License-Identifier: Apache-2.0
/**
 * IPv4 options of packets that are forwarded, as the kernel of Linux 6.1 treated them with IPVS (asked with these packets): a
 * route is recorded, a time stamped; what names a way or is wrong is the host's.
 */
import assert from 'node:assert/strict';

import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, ip, parseFrame, parsePacket, problemsOf, sctp, tcp, udp } from '../support/frames.js';
import { assertPassed, assertSame, assertSent } from '../support/seen.js';
import { FROM_CLIENT, IPV4, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();
const { client, virtual, real, moved, farm, realAddress } = IPV4;

/** Four letters stand for addresses or a time. */
const WORDS = { VIP_: '0a090001', FARM: 'c0a801fe', LAN_: '0a010001', FAR_: 'c0a80107' } as const;

function options(text: string, time = 0): Buffer {
  const hex = text
    .replace(/VIP_|FARM|LAN_|FAR_/g, (word) => WORDS[word as keyof typeof WORDS])
    .replace(/TIME/g, time.toString(16).padStart(8, '0'))
    .replaceAll(' ', '');
  return Buffer.from(hex, 'hex');
}

const DAY_MS = 86_400_000;

/** The time that a frame was stamped with, where TIME stands in what is wanted; it must be now. */
function stampOf(packet: Buffer, wanted: string): number {
  const at = options(wanted.slice(0, Math.max(wanted.indexOf('TIME'), 0))).length;
  const stamp = packet.readUInt32BE(20 + at);
  const late = (Date.now() % DAY_MS) - stamp;
  assert.ok(Math.abs(((late + DAY_MS * 1.5) % DAY_MS) - DAY_MS / 2) < 2000, `stamped ${late} ms from now`);
  return stamp;
}

/** Name, what comes, what a real server and what a client gets; `host`: it is the host's. */
const OPTIONS: Readonly<Record<string, readonly [came: string, atServer: string, atClient?: string]>> = {
  'no operation, end': ['01010100', '01010100'],
  'what follows the end': ['0100ff77', '01000000'],
  'router alert': ['94040000', '94040000'],
  'an unknown option': ['9e080005 05050505 00000000', '9e080005 05050505 00000000'],
  'record route': ['070b0400 00000000 00000000', '070b08VIP_ 00000000 00', '070b08VIP_ 00000000 00'],
  'record route, one recorded': ['070b08FAR_ 00000000 00', '070b0cFAR_ VIP_ 00'],
  'record route, full': ['070708FAR_ 00', '070708FAR_ 00'],
  'record route behind others': ['01070704 00000000', '010707 08 VIP_'],
  'time only': ['440c0500 00000000 00000000', '440c0900 TIME 00000000'],
  'time with address': [
    '44140501 00000000 00000000 00000000 00000000',
    '44140d01 VIP_ TIME 00000000 00000000',
    '44140d01 FARM TIME 00000000 00000000',
  ],
  "time, at the director's address": ['440c0503 FARM 00000000', '440c0d03 FARM TIME'],
  "time, at another address of the director's": ['440c0503 LAN_ 00000000', '440c0d03 LAN_ TIME'],
  "time, at the virtual service's address": ['440c0503 VIP_ 00000000', '440c0d03 VIP_ TIME'],
  "time, at another's address": ['440c0503 FAR_ 00000000', '440c0503 FAR_ 00000000'],
  'time, full': ['44080920 01020304', '44080930 01020304'],
  'time, full at prescribed addresses': ['440c0d03 FAR_ 01020304', '440c0d03 FAR_ 01020304'],
  'a route and a time': ['07070400 00000044 0c050000 00000000 000000 00', '070708VIP_ 44 0c0900TIME 00000000 00'],
};

for (const [name, [came, atServer, atClient = atServer]] of Object.entries(OPTIONS)) {
  const check = (seen: Seen, outcome: string, wanted: string, make: (bytes: Buffer) => Buffer) => {
    assert.equal(seen.outcome, outcome);
    const { packet } = parseFrame(seen.frame);
    const outer = parsePacket(packet).protocol === 4 ? 20 : 0;
    const time = wanted.includes('TIME') ? stampOf(packet.subarray(outer), wanted) : 0;
    assertSame(seen.frame, make(options(wanted, time)));
    assert.deepEqual(problemsOf(seen.frame), []);
  };

  test(`NAT: ${name}`, services(virtual, moved, '-m'), (director) => {
    const request = ethernet(udp(client, virtual, 'hi', { options: options(came) }), FROM_CLIENT);
    check(director.receive(request), 'FORWARDED_MASQUERADE', atServer, (bytes) =>
      ethernet(udp(client, moved, 'hi', { options: bytes, ttl: 63 }), toServer()),
    );
    const reply = ethernet(udp(moved, client, 'hi', { options: options(came) }), fromServer());
    check(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient, (bytes) =>
      ethernet(udp(virtual, client, 'hi', { options: bytes, ttl: 63 }), TO_CLIENT),
    );
  });

  test(`DR: ${name}`, services(virtual, real, '-g'), (director) => {
    const request = ethernet(tcp(client, virtual, 'SYN', { options: options(came) }), FROM_CLIENT);
    check(director.receive(request), 'FORWARDED_DIRECT_ROUTE', atServer, (bytes) =>
      ethernet(tcp(client, virtual, 'SYN', { options: bytes, ttl: 63 }), toServer()),
    );
  });

  test(`TUN: ${name}`, services(virtual, real, '-i'), (director) => {
    const request = ethernet(udp(client, virtual, 'hi', { options: options(came) }), FROM_CLIENT);
    check(director.receive(request), 'FORWARDED_TUNNEL', atServer, (bytes) => {
      const inner = udp(client, virtual, 'hi', { options: bytes, ttl: 63 });
      return ethernet(ip({ source: farm, destination: realAddress, ttl: 63, id: 0 }, 4, inner), toServer());
    });
  });
}

const THE_HOSTS: Readonly<Record<string, string>> = {
  'loose source route': '83070400 00000000',
  'loose source route, at its end': '83070800 00000000',
  'strict source route': '89070400 00000000',
  'an option longer than there is': '07ff0400',
  'an option shorter than its head': '07010400',
  'no room for a length': '01010107',
  'a route with a pointer into its head': '070b0300 00000000 00000000',
  'a route with room for half an address': '07090800 00000000 00000000',
  'a second route': '07070400 00000007 07040000 00000000',
  'a time with a pointer into its head': '440c0400 00000000 00000000',
  'a time with room for half of one': '440a0900 00000000 00000000',
  'a time, and no more hosts to count': '440809f0 01020304',
  'a second time': '44080500 00000000 44080500 00000000',
  'a short router alert': '94030000',
  'a label': '86060000 00010000',
};

for (const [name, bytes] of Object.entries(THE_HOSTS)) {
  test(`${name}: the packet is the host's, of a known connection too`, services(virtual, moved, '-m'), (director) => {
    const pass = () => {
      const frame = ethernet(udp(client, virtual, 'hi', { options: options(bytes) }), FROM_CLIENT);
      assertPassed(director.receive(frame), 'MALFORMED', frame);
    };
    pass();
    assert.deepEqual(director.connections(), []);
    director.receive(ethernet(udp(client, virtual, 'hi'), FROM_CLIENT));
    pass();
    const reply = ethernet(udp(moved, client, 'hi', { options: options(bytes) }), fromServer());
    assertPassed(director.receive(reply, 'farm'), 'MALFORMED', reply);
  });
}

function spoiled(director: Director): void {
  const frame = ethernet(udp(client, virtual, 'hi', { options: options('01010101') }), FROM_CLIENT);
  frame[24]! ^= 1;
  assertPassed(director.receive(frame), 'MALFORMED', frame);
}

test('a wrong header checksum with options: the packet is the host’s', services(virtual, moved, '-m'), (director) => {
  spoiled(director);
  director.receive(ethernet(udp(client, virtual, 'hi'), FROM_CLIENT));
  spoiled(director);
});

test('options and a packet for no service pass, byte for byte', services(virtual, moved, '-m'), (director) => {
  const bytes = options('070b0400 00000000 00000000');
  for (const to of ['10.9.0.1:81', '10.9.0.77:80']) {
    const frame = ethernet(udp(client, to, 'hi', { options: bytes }), FROM_CLIENT);
    const seen = director.receive(frame);
    assert.equal(seen.action, 'PASS');
    assertSame(seen.frame, frame);
  }
});

test(
  'SCTP with a recorded route',
  [`-A --sctp-service ${virtual} -s rr`, `-a --sctp-service ${virtual} -r ${moved} -m`],
  (director) => {
    const packet = (to: string, bytes: string, ttl: number) =>
      sctp(client, to, ['INIT'], { options: options(bytes), ttl });
    assertSent(
      director.receive(ethernet(packet(virtual, '070b0400 00000000 00000000', 64), FROM_CLIENT)),
      'FORWARDED_MASQUERADE',
      ethernet(packet(moved, '070b08VIP_ 00000000 00', 63), toServer()),
    );
  },
);
