// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import { MAC, directorTest } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { assertSent, assertPassed } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();

for (const { family, client, otherClient, virtual, real, moved } of FAMILIES) {
  const lines = services(virtual, moved, '-m');

  test(
    `NAT, ${family}: a TCP request goes to the real server, its reply comes from the virtual service`,
    lines,
    (director) => {
      const request = ethernet(tcp(client, virtual, 'SYN', { tos: 0xb9, flowLabel: 0xabcde }), FROM_CLIENT);
      const atServer = ethernet(tcp(client, moved, 'SYN', { tos: 0xb9, flowLabel: 0xabcde, ttl: 63 }), toServer());
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

      const reply = ethernet(tcp(moved, client, 'SYN ACK', { id: 7 }), fromServer());
      const atClient = ethernet(tcp(virtual, client, 'SYN ACK', { id: 7, ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );

  for (const length of [0, 1, 2, 3, 31, 32, 33, 1001, 1452]) {
    const payload = Buffer.alloc(length, 'LVS and ');

    test(`NAT, ${family}: ${length} bytes of UDP go and come back`, lines, (director) => {
      const request = ethernet(udp(client, virtual, payload), FROM_CLIENT);
      const atServer = ethernet(udp(client, moved, payload, { ttl: 63 }), toServer());
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

      const reply = ethernet(udp(moved, client, payload), fromServer());
      const atClient = ethernet(udp(virtual, client, payload, { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    });

    test(`NAT, ${family}: ${length} bytes of TCP go and come back`, lines, (director) => {
      director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
      const data = { payload: payload.subarray(0, 1440) };
      const request = ethernet(tcp(client, virtual, 'PSH ACK', data), FROM_CLIENT);
      const atServer = ethernet(tcp(client, moved, 'PSH ACK', { ...data, ttl: 63 }), toServer());
      assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

      const reply = ethernet(tcp(moved, client, 'PSH ACK', data), fromServer());
      const atClient = ethernet(tcp(virtual, client, 'PSH ACK', { ...data, ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    });
  }

  test(
    `NAT, ${family}: a real server without a port of its own is asked on the client's`,
    [`-A -t ${virtual} -s rr`, `-a -t ${virtual} -r ${real.replace(/:80$/, ':0')} -m`],
    (director) => {
      const request = ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT);
      assertSent(
        director.receive(request),
        'FORWARDED_MASQUERADE',
        ethernet(tcp(client, real, 'SYN', { ttl: 63 }), toServer()),
      );
      const reply = ethernet(tcp(real, client, 'SYN ACK'), fromServer());
      const atClient = ethernet(tcp(virtual, client, 'SYN ACK', { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );

  test(`NAT, ${family}: two clients with the same port each get their own reply`, lines, (director) => {
    director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    director.receive(ethernet(tcp(otherClient, virtual, 'SYN'), { to: MAC.lan, from: MAC.otherClient }));

    for (const [who, mac] of [
      [otherClient, MAC.otherClient],
      [client, MAC.client],
    ] as const) {
      const reply = ethernet(tcp(moved, who, 'SYN ACK'), fromServer());
      const atClient = ethernet(tcp(virtual, who, 'SYN ACK', { ttl: 63 }), { to: mac, from: MAC.lan });
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    }
  });

  const second = virtual.replace(/1(\]?:80)$/, '7$1');

  test(
    `NAT, ${family}: of two services with one real server and one client port, the newest has the replies`,
    [...lines, `-A -u ${second} -s rr`, `-a -u ${second} -r ${moved} -m`],
    (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
      director.receive(ethernet(udp(client, second, 'hello'), FROM_CLIENT));
      const reply = ethernet(udp(moved, client, 'hello'), fromServer());
      const atClient = ethernet(udp(second, client, 'hello', { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
      assert.equal(director.connections().length, 2);
    },
  );

  test(`NAT, ${family}: what a real server sends without a connection goes on untranslated`, lines, (director) => {
    director.receive(ethernet(udp(client, virtual, 'hello'), FROM_CLIENT));
    const others = [tcp(moved, client, 'SYN ACK'), udp(real, client, 'x'), udp(moved, otherClient, 'x')];
    for (const packet of others) {
      const frame = ethernet(packet, fromServer());
      assertPassed(director.receive(frame, 'farm'), 'NOT_A_SERVICE', frame);
    }
  });
}

test(
  'NAT: a UDP checksum that comes out as 0 is sent as all ones',
  services(IPV4.virtual, IPV4.moved, '-m'),
  (director) => {
    const { client, virtual, moved } = IPV4;
    let wanted: Buffer = Buffer.alloc(0);
    for (let word = 0; wanted.length === 0; word++) {
      const packet = udp(client, moved, Buffer.from([word >> 8, word & 0xff]), { ttl: 63 });
      if (packet.readUInt16BE(26) === 0xffff) wanted = packet;
    }
    const request = ethernet(udp(client, virtual, wanted.subarray(28)), FROM_CLIENT);
    assertSent(director.receive(request), 'FORWARDED_MASQUERADE', ethernet(wanted, toServer()));
  },
);

for (const { family, client, virtual, moved } of FAMILIES) {
  for (const [protocol, at] of [
    ['TCP', 16],
    ['UDP', 6],
  ] as const) {
    test(
      `NAT, ${family}: a wrong ${protocol} checksum stays as wrong as it was`,
      services(virtual, moved, '-m'),
      (director) => {
        const make = (to: string, ttl: number) =>
          protocol === 'TCP' ? tcp(client, to, 'SYN', { ttl }) : udp(client, to, 'hello', { ttl });
        const spoil = (packet: Buffer) => {
          const word = (family === 'IPv4' ? 20 : 40) + at;
          packet.writeUInt16BE((packet.readUInt16BE(word) + 0x1111) % 0xffff, word);
          return packet;
        };
        const seen = director.receive(ethernet(spoil(make(virtual, 64)), FROM_CLIENT));
        assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
        assert.deepEqual(seen.frame, ethernet(spoil(make(moved, 63)), toServer()));
      },
    );
  }

  test(
    `NAT, ${family}: counts connections, packets and bytes of IP each way`,
    services(virtual, moved, '-m'),
    (director) => {
      const packets = [tcp(client, virtual, 'SYN'), tcp(client, virtual, 'PSH ACK', { payload: 'hello' })];
      const reply = tcp(moved, client, 'SYN ACK', { tcpOptions: new Uint8Array(8) });
      for (const packet of packets) director.receive(ethernet(packet, FROM_CLIENT));
      director.receive(ethernet(reply, fromServer()), 'farm');
      assert.deepEqual(director.traffic(), {
        connections: 1n,
        inPackets: 2n,
        outPackets: 1n,
        inBytes: BigInt(packets[0]!.length + packets[1]!.length),
        outBytes: BigInt(reply.length),
      });
    },
  );
}
