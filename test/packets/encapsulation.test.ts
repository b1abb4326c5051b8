// SPDX-License-Identifier: Apache-2.0
/** TUN as GRE and GUE: every outer header is built here anew, checksums included. */
import assert from 'node:assert/strict';

import type { Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, icmp, icmpv6, internetChecksum, ip, parseFrame, parsePacket, tcp, udp } from '../support/frames.js';
import type { IpFields } from '../support/frames.js';
import { assertAnswered, assertSame } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, services, toServer } from './scene.js';
import type { Cast } from './scene.js';

const test = directorTest();

const GRE = 47;
const UDP = 17;
const PORT = 6080;

/** What stands around the packet inside the outer IP header; `source` is the GUE port that the director drew. */
type Shim = (outer: Cast, inner: Cast, packet: Buffer, source: number) => Buffer;

interface Kind {
  readonly options: string;
  readonly protocol: number;
  readonly size: number;
  readonly shim: Shim;
}

function ethertypeOf(inner: Cast): Buffer {
  return inner.family === 'IPv4' ? Buffer.from([8, 0]) : Buffer.from([0x86, 0xdd]);
}

const gre: Shim = (_, inner, packet) => Buffer.concat([Buffer.from([0, 0]), ethertypeOf(inner), packet]);

const greWithChecksum: Shim = (_, inner, packet) => {
  const header = Buffer.concat([Buffer.from([0x80, 0]), ethertypeOf(inner), Buffer.alloc(4)]);
  header.writeUInt16BE(internetChecksum(header, packet), 4);
  return Buffer.concat([header, packet]);
};

const gueWithChecksum: Shim = (outer, inner, packet, source) => {
  const payload = Buffer.concat([Buffer.from([0, inner.protocol, 0, 0]), packet]);
  const end = (address: string, port: number): string =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return parsePacket(udp(end(outer.farm, source), end(outer.realAddress, PORT), payload)).payload;
};

const gue: Shim = (...scene) => {
  const datagram = Buffer.from(gueWithChecksum(...scene));
  datagram.writeUInt16BE(0, 6);
  return datagram;
};

const KINDS: readonly Kind[] = [
  { options: '--tun-type gre', protocol: GRE, size: 4, shim: gre },
  { options: '--tun-type gre --tun-nocsum', protocol: GRE, size: 4, shim: gre },
  { options: '--tun-type gre --tun-csum', protocol: GRE, size: 8, shim: greWithChecksum },
  { options: `--tun-type gue --tun-port ${PORT}`, protocol: UDP, size: 12, shim: gue },
  { options: `--tun-type gue --tun-port ${PORT} --tun-nocsum`, protocol: UDP, size: 12, shim: gue },
  { options: `--tun-type gue --tun-port ${PORT} --tun-csum`, protocol: UDP, size: 12, shim: gueWithChecksum },
  // Nothing that a NIC received has a checksum left open, so there is none to leave to the far end.
  { options: `--tun-type gue --tun-port ${PORT} --tun-remcsum`, protocol: UDP, size: 12, shim: gueWithChecksum },
];

function outside(seen: Seen): ReturnType<typeof parsePacket> {
  assert.equal(`${seen.action} ${seen.outcome}`, 'REDIRECT FORWARDED_TUNNEL');
  return parsePacket(parseFrame(seen.frame).packet);
}

function portOf(seen: Seen): number {
  return outside(seen).payload.readUInt16BE(0);
}

for (const { options, protocol, size, shim } of KINDS) {
  for (const outer of FAMILIES) {
    for (const inner of FAMILIES) {
      const { client, virtual } = inner;
      const name = `${options}: ${inner.family} in ${outer.family}`;
      const lines = services(virtual, outer.real, `-i ${options}`);
      const fragmentable = inner.family === 'IPv6' && outer.family === 'IPv4';

      const assertWrapped = (seen: Seen, packet: Buffer, fields: Partial<IpFields> = {}): void => {
        const { id } = outside(seen);
        const header = { source: outer.farm, destination: outer.realAddress, ttl: 63, id: 0 };
        const cut = fragmentable || fields.dontFragment === false ? { id, dontFragment: false } : {};
        const payload = shim(outer, inner, packet, portOf(seen));
        assertSame(seen.frame, ethernet(ip({ ...header, ...fields, ...cut }, protocol, payload), toServer()));
      };

      test(`${name}, of any length`, lines, (director) => {
        for (const payload of ['', 'x', 'hello', 'an even one.', 'z'.repeat(1001), 'y'.repeat(1300)]) {
          const packets = [
            (ttl?: number) => tcp(client, virtual, 'SYN', { payload, ...(ttl ? { ttl } : {}) }),
            (ttl?: number) => udp(client, virtual, payload, ttl ? { ttl } : {}),
          ];
          for (const packet of packets) assertWrapped(director.receive(ethernet(packet(), FROM_CLIENT)), packet(63));
        }
      });

      test(`${name}, traffic class and hops as ipip has them`, lines, (director) => {
        for (const tos of [0, 0xb8, 2, 3, 0xff]) {
          const seen = director.receive(ethernet(udp(client, virtual, 'hello', { tos, ttl: 2 }), FROM_CLIENT));
          const copied = (tos & 3) === 3 ? tos - 1 : tos;
          assertWrapped(seen, udp(client, virtual, 'hello', { tos, ttl: 1 }), { tos: copied, ttl: 1 });
        }
      });

      test(`${name}, a wrong checksum inside stays wrong and the outer one is right`, lines, (director) => {
        const [wrong, after] = [64, 63].map((ttl) => udp(client, virtual, 'hello', { ttl }));
        for (const packet of [wrong!, after!]) packet[packet.length - 1]! ^= 0xff;
        assertWrapped(director.receive(ethernet(wrong!, FROM_CLIENT)), after!);
      });

      test(`${name}, is told what fits and may be just so long`, lines, (director) => {
        const mtu = 1500 - (outer.family === 'IPv4' ? 20 : 40) - size;
        const headers = inner.family === 'IPv4' ? 28 : 48;
        const just = 'z'.repeat(mtu - headers);
        assertWrapped(
          director.receive(ethernet(udp(client, virtual, just), FROM_CLIENT)),
          udp(client, virtual, just, { ttl: 63 }),
        );
        const seen = director.receive(ethernet(udp(client, virtual, `${just}z`), FROM_CLIENT));
        const quoted = udp(client, virtual, `${just}z`, { ttl: 63 });
        assertAnswered(seen, 'TOO_BIG', (id) => {
          const from = { source: inner.complainer, destination: inner.clientAddress };
          const error =
            inner.family === 'IPv4'
              ? icmp(
                  { ...from, id, tos: 0xc0, dontFragment: false, type: 3, code: 4, rest: mtu },
                  quoted.subarray(0, 548),
                )
              : icmpv6({ ...from, type: 2, code: 0, rest: mtu }, quoted.subarray(0, 1232));
          return ethernet(error, TO_CLIENT);
        });
      });
    }
  }
}

test(
  'a GRE or GUE packet that may be cut has no DF outside, and an id',
  services(IPV4.virtual, IPV4.real, '-i --tun-type gre'),
  (director) => {
    const { client, virtual } = IPV4;
    const draw = (): number => {
      const packet = udp(client, virtual, 'hello', { dontFragment: false });
      const { dontFragment, id } = outside(director.receive(ethernet(packet, FROM_CLIENT)));
      assert.equal(dontFragment, false);
      return id;
    };
    assert.ok(new Set(Array.from({ length: 8 }, draw)).size > 1);
  },
);

test(
  "GUE's source port stays with a connection, differs between connections, and is one that the kernel gives out",
  services(IPV4.virtual, IPV4.real, `-i --tun-type gue --tun-port ${PORT}`),
  (director) => {
    const ports = new Set<number>();
    for (let port = 1025; port < 1089; port++) {
      const client = `10.1.0.2:${port}`;
      const send = (flags: 'SYN' | 'ACK'): number =>
        portOf(director.receive(ethernet(tcp(client, IPV4.virtual, flags), FROM_CLIENT)));
      const first = send('SYN');
      assert.deepEqual([send('ACK'), send('ACK')], [first, first]);
      assert.ok(first >= 32768 && first <= 60999, `${first}`);
      ports.add(first);
    }
    assert.ok(ports.size > 56, `${ports.size} ports for 64 connections`);
  },
);
