// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import { MAC, directorTest } from '../support/director.js';
import { ethernet, icmp, icmpv6, tcp, udp } from '../support/frames.js';
import { assertAnswered, assertDropped, assertSent, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, IPV6, fromServer, services, toServer } from './scene.js';
import type { Cast } from './scene.js';

const test = directorTest();

const METHODS = ['-m', '-g', '-i'] as const;
const BACK = { to: MAC.client, from: MAC.lan };

interface Complaint {
  readonly ipv4: readonly [type: number, code: number];
  readonly ipv6: readonly [type: number, code: number];
}

const TIME_EXCEEDED: Complaint = { ipv4: [11, 0], ipv6: [3, 0] };
const PORT_UNREACHABLE: Complaint = { ipv4: [3, 3], ipv6: [1, 4] };
const TOO_BIG: Complaint = { ipv4: [3, 4], ipv6: [2, 0] };

/** As RFC 792 and RFC 4443 have it; at most 576 or 1280 bytes. tos: IPv4's own. */
function complaint(cast: Cast, what: Complaint, quoted: Buffer, { rest = 0, tos = 0xc0, vlans = [] as number[] } = {}) {
  const fields = { source: cast.complainer, destination: cast.clientAddress, rest };
  return (id: number): Buffer => {
    if (cast === IPV6) {
      const [type, code] = what.ipv6;
      return ethernet(icmpv6({ ...fields, type, code }, quoted.subarray(0, 1232)), { ...BACK, vlans });
    }
    const [type, code] = what.ipv4;
    return ethernet(icmp({ ...fields, type, code, tos, id, dontFragment: false }, quoted.subarray(0, 548)), {
      ...BACK,
      vlans,
    });
  };
}

for (const cast of FAMILIES) {
  const { family, client, virtual, real } = cast;

  for (const method of METHODS) {
    test(
      `${family} ${method}: a packet with TTL 1 ends here, and its client hears of it`,
      services(virtual, real, method),
      (director) => {
        for (const ttl of [1, 0]) {
          const packets = [
            tcp(client, virtual, 'SYN', { ttl, payload: 'odd' }),
            udp(client, virtual, 'hello', { ttl }),
          ];
          for (const packet of packets) {
            const seen = director.receive(ethernet(packet, FROM_CLIENT));
            assertAnswered(seen, 'TTL_EXCEEDED', complaint(cast, TIME_EXCEEDED, packet));
          }
        }
      },
    );
  }

  for (const length of [0, 1, 519, 520, 521, 1184, 1185, 1400]) {
    test(
      `${family}: the answer to ${length} bytes with TTL 1 quotes what there is room for`,
      services(virtual, real, '-g'),
      (director) => {
        const packet = udp(client, virtual, Buffer.alloc(length, 'quoted'), { ttl: 1 });
        const padding = Buffer.alloc(7, 0xff);
        const seen = director.receive(ethernet(packet, { ...FROM_CLIENT, padding }));
        assertAnswered(seen, 'TTL_EXCEEDED', complaint(cast, TIME_EXCEEDED, packet));
      },
    );
  }

  for (const [situation, more] of [
    ['no', []],
    ['no usable', ['-w 0']],
  ] as const) {
    const withServers = services(virtual, real, '-g').map((line) =>
      line.startsWith('-a') ? [line, ...more].join(' ') : line,
    );
    const lines = more.length > 0 ? withServers : withServers.filter((line) => line.startsWith('-A'));

    test(
      `${family}: a service with ${situation} real server is an unreachable port, for TCP and UDP alike`,
      lines,
      (director) => {
        for (const packet of [tcp(client, virtual, 'SYN'), udp(client, virtual, 'hello')]) {
          const seen = director.receive(ethernet(packet, FROM_CLIENT));
          assertAnswered(seen, 'NO_REAL_SERVER', complaint(cast, PORT_UNREACHABLE, packet));
        }
        const acknowledgement = ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT);
        assertPassed(director.receive(acknowledgement), 'NO_CONNECTION', acknowledgement);
      },
    );
  }

  for (const [method, real, mtu] of [
    ['-m', cast.real, 1500],
    ['-g', cast.real, 1500],
    ['-i', IPV4.real, 1480],
    ['-i', IPV6.real, 1460],
  ] as const) {
    const header = family === 'IPv4' ? 28 : 48;

    test(
      `${family} ${method} to ${real}: ${mtu} bytes of IP go, one more is too big`,
      services(virtual, real, method),
      (director) => {
        const fits = director.receive(ethernet(udp(client, virtual, Buffer.alloc(mtu - header)), FROM_CLIENT));
        if (fits.action !== 'REDIRECT') throw new Error(`${mtu} bytes: ${fits.action} ${fits.outcome}`);

        const payload = Buffer.alloc(mtu - header + 1, 'too big!');
        const seen = director.receive(ethernet(udp(client, virtual, payload), FROM_CLIENT));
        const quoted = udp(client, virtual, payload, { ttl: 63 });
        assertAnswered(seen, 'TOO_BIG', complaint(cast, TOO_BIG, quoted, { rest: mtu }));
      },
    );
  }

  test(
    `${family}: the answer leaves under the VLAN tags that the packet came with`,
    services(virtual, real, '-g'),
    (director) => {
      for (const vlans of [[7], [100, 7]]) {
        const packet = udp(client, virtual, 'hello', { ttl: 1 });
        const seen = director.receive(ethernet(packet, { ...FROM_CLIENT, vlans }));
        assertAnswered(seen, 'TTL_EXCEEDED', complaint(cast, TIME_EXCEEDED, packet, { vlans }));
      }
    },
  );

  test(
    `${family}: a reply with TTL 1 goes to the host as it came, which tells the real server`,
    services(virtual, real, '-m'),
    (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
      const reply = ethernet(udp(real, client, 'hello', { ttl: 1 }), fromServer());
      assertPassed(director.receive(reply, 'farm'), 'TTL_EXCEEDED', reply);
    },
  );

  test(
    `${family}: a reply too big for the client's segment goes to the host as it came`,
    services(virtual, real, '-m'),
    (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
      const reply = ethernet(udp(real, client, Buffer.alloc(1500)), fromServer());
      assertPassed(director.receive(reply, 'farm'), 'TOO_BIG', reply);
    },
  );
}

test(
  'an answer keeps the type of service of the packet, at the precedence of network control',
  services(IPV4.virtual, IPV4.real, '-g'),
  (director) => {
    const packet = udp(IPV4.client, IPV4.virtual, 'hello', { ttl: 1, tos: 0xb9 });
    const seen = director.receive(ethernet(packet, FROM_CLIENT));
    assertAnswered(seen, 'TTL_EXCEEDED', complaint(IPV4, TIME_EXCEEDED, packet, { tos: 0xd8 }));
  },
);

test('an answer quotes IPv4 options', services(IPV4.virtual, IPV4.real, '-g'), (director) => {
  const packet = udp(IPV4.client, IPV4.virtual, 'hello', { ttl: 1, options: Buffer.from([0x94, 4, 0, 0]) });
  const seen = director.receive(ethernet(packet, FROM_CLIENT));
  assertAnswered(seen, 'TTL_EXCEEDED', complaint(IPV4, TIME_EXCEEDED, packet));
});

test(
  'NAT leaves a packet that may be cut to the host, rewritten',
  services(IPV4.virtual, IPV4.moved, '-m'),
  (director) => {
    const payload = Buffer.alloc(1473, 'cut');
    const seen = director.receive(
      ethernet(udp(IPV4.client, IPV4.virtual, payload, { dontFragment: false }), FROM_CLIENT),
    );
    const rewritten = ethernet(udp(IPV4.client, IPV4.moved, payload, { dontFragment: false }), FROM_CLIENT);
    assertPassed(seen, 'LEFT_TO_HOST', rewritten);
  },
);

test('no more than 1000 answers a second leave a CPU', services(IPV4.virtual, IPV4.real, '-g'), (director) => {
  const frame = ethernet(udp(IPV4.client, IPV4.virtual, 'hello', { ttl: 1 }), FROM_CLIENT);
  const seen = Array.from({ length: 20_000 }, () => director.receive(frame));
  const sent = seen.filter(({ action }) => action === 'REDIRECT').length;
  assert.ok(sent >= 1000 && sent < 20_000, `${sent} answers`);
  for (const each of seen.filter(({ action }) => action !== 'REDIRECT')) assertDropped(each, 'TTL_EXCEEDED');
});

test('a packet that goes on is not answered', services(IPV4.virtual, IPV4.real, '-g'), (director) => {
  const seen = director.receive(ethernet(udp(IPV4.client, IPV4.virtual, 'hello', { ttl: 2 }), FROM_CLIENT));
  assertSent(seen, 'FORWARDED_DIRECT_ROUTE', ethernet(udp(IPV4.client, IPV4.virtual, 'hello', { ttl: 1 }), toServer()));
});
