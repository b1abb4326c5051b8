// SPDX-License-Identifier: Apache-2.0
/** SCTP as IPVS balances it (net/netfilter/ipvs/ip_vs_proto_sctp.c). CRC32c is computed here bit by bit. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import type { ChunkName } from '../support/frames.js';
import { SCTP, ethernet, extend, icmp, icmpv6, ip, parseFrame, parsePacket, sctp } from '../support/frames.js';
import { assertAnswered, assertDropped, assertPassed, assertSent } from '../support/seen.js';
import type { Cast } from './scene.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, fromServer, serverOf, toServer } from './scene.js';

const test = directorTest();

function service({ virtual }: Cast, real: string, method: string): string[] {
  return [`-A --sctp-service ${virtual} -s rr`, `-a --sctp-service ${virtual} -r ${real} ${method}`];
}

/** A DATA chunk of some bytes, padded to whole words. */
function data(length: number): Buffer {
  const chunk = Buffer.alloc(16 + Math.ceil(length / 4) * 4);
  chunk.writeUInt16BE(16 + length, 2);
  chunk.fill('LVS and ', 16, 16 + length);
  return chunk;
}

for (const cast of FAMILIES) {
  const { family, client, virtual, real, moved, protocol, farm, realAddress } = cast;

  for (const length of [1, 4, 15, 16, 31, 32, 33, 52, 63, 64, 65, 100, 1000, 1420]) {
    test(`NAT, ${family}: ${length} bytes of SCTP go and come back`, service(cast, moved, '-m'), (director) => {
      director.receive(ethernet(sctp(client, virtual, ['INIT']), FROM_CLIENT));
      assertSent(
        director.receive(ethernet(sctp(client, virtual, data(length)), FROM_CLIENT)),
        'FORWARDED_MASQUERADE',
        ethernet(sctp(client, moved, data(length), { ttl: 63 }), toServer()),
      );
      assertSent(
        director.receive(ethernet(sctp(moved, client, data(length)), fromServer()), 'farm'),
        'REPLIED_MASQUERADE',
        ethernet(sctp(virtual, client, data(length), { ttl: 63 }), TO_CLIENT),
      );
    });
  }

  test(`NAT, ${family}: a frame of 9,000 bytes has its checksum made too`, service(cast, moved, '-m'), (director) => {
    director.receive(ethernet(sctp(client, virtual, ['INIT']), FROM_CLIENT));
    for (const arm of ['lan', 'farm'] as const) director.changeInterface(arm, { mtu: 9000 });
    assertSent(
      director.receive(ethernet(sctp(moved, client, data(8900)), fromServer()), 'farm'),
      'REPLIED_MASQUERADE',
      ethernet(sctp(virtual, client, data(8900), { ttl: 63 }), TO_CLIENT),
    );
  });

  test(`NAT, ${family}: a port that changes makes a wrong checksum right`, service(cast, moved, '-m'), (director) => {
    assertSent(
      director.receive(ethernet(sctp(client, virtual, ['INIT'], { spoil: 1 }), FROM_CLIENT)),
      'FORWARDED_MASQUERADE',
      ethernet(sctp(client, moved, ['INIT'], { ttl: 63 }), toServer()),
    );
  });

  test(`NAT, ${family}: with the same port a wrong checksum stays wrong`, service(cast, real, '-m'), (director) => {
    const seen = director.receive(ethernet(sctp(client, virtual, ['INIT'], { spoil: 1 }), FROM_CLIENT));
    assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
    assert.deepEqual(seen.frame, ethernet(sctp(client, real, ['INIT'], { ttl: 63, spoil: 1 }), toServer()));
  });

  test(`DR, ${family}: SCTP keeps all but its hop`, service(cast, real, '-g'), (director) => {
    const send = (ttl: number) => sctp(client, virtual, ['INIT'], { ttl });
    assertSent(
      director.receive(ethernet(send(64), FROM_CLIENT)),
      'FORWARDED_DIRECT_ROUTE',
      ethernet(send(63), toServer()),
    );
  });

  test(`TUN, ${family}: SCTP travels inside`, service(cast, real, '-i'), (director) => {
    const inner = sctp(client, virtual, ['INIT'], { ttl: 63 });
    const outer = { source: farm, destination: realAddress, ttl: 63, id: 0 };
    assertSent(
      director.receive(ethernet(sctp(client, virtual, ['INIT']), FROM_CLIENT)),
      'FORWARDED_TUNNEL',
      ethernet(ip(outer, protocol, inner), toServer()),
    );
  });

  test(`${family}: what does not open passes, what has no chunk is dropped`, service(cast, moved, '-m'), (director) => {
    const closed: readonly ChunkName[] = ['DATA', 'INIT ACK', 'ABORT', 'COOKIE ECHO', 'COOKIE ACK', 'HEARTBEAT'];
    for (const name of closed) {
      const frame = ethernet(sctp(client, virtual, [name]), FROM_CLIENT);
      assertPassed(director.receive(frame), 'NO_CONNECTION', frame);
    }
    for (const bytes of [0, 3])
      assertDropped(
        director.receive(ethernet(sctp(client, virtual, Buffer.alloc(bytes, 1)), FROM_CLIENT)),
        'NO_CONNECTION',
      );
    const short = ethernet(sctp(client, virtual, ['INIT']).subarray(0, family === 'IPv4' ? 30 : 50), FROM_CLIENT);
    assertPassed(director.receive(short), 'MALFORMED', short);
    const elsewhere = ethernet(sctp(client, virtual.replace(/80$/, '81'), ['INIT']), FROM_CLIENT);
    assertPassed(director.receive(elsewhere), 'NOT_A_SERVICE', elsewhere);
    assert.deepEqual(director.connections(), []);
  });

  test(`${family}: without a real server the client is told`, [`-A --sctp-service ${virtual} -s rr`], (director) => {
    const packet = sctp(client, virtual, ['INIT']);
    const error = { source: cast.complainer, destination: cast.clientAddress, dontFragment: false, tos: 0xc0 };
    assertAnswered(director.receive(ethernet(packet, FROM_CLIENT)), 'NO_REAL_SERVER', (id) =>
      ethernet(
        family === 'IPv4'
          ? icmp({ ...error, id, type: 3, code: 3 }, packet)
          : icmpv6({ ...error, tos: 0, type: 1, code: 4 }, packet),
        TO_CLIENT,
      ),
    );
  });

  test(`${family}: a service of another protocol on its port is another`, service(cast, moved, '-m'), (director) => {
    director.run(`-A -u ${virtual} -s rr`);
    const seen = director.receive(ethernet(sctp(client, virtual, ['INIT']), FROM_CLIENT));
    assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
    assert.deepEqual(director.connections(), [`SCTP INIT1 ${client} ${virtual} ${moved}`]);
  });
}

test('IPv6: SCTP behind extension headers', service(FAMILIES[1], FAMILIES[1].moved, '-m'), (director) => {
  const { client, virtual, moved } = FAMILIES[1];
  const destinationOptions = Buffer.from([SCTP, 0, 1, 4, 0, 0, 0, 0]);
  const seen = director.receive(ethernet(extend(sctp(client, virtual, ['INIT']), 60, destinationOptions), FROM_CLIENT));
  assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
  const wanted = extend(sctp(client, moved, ['INIT'], { ttl: 63 }), 60, destinationOptions);
  assert.deepEqual(seen.frame, ethernet(wanted, toServer()));
  assert.deepEqual(director.connections(), [`SCTP INIT1 ${client} ${virtual} ${moved}`]);
});

/** Who sends which chunks; the state, the `active/inactive` count and the seconds left afterwards. */
type Step = readonly [from: 'client' | 'server', chunks: readonly ChunkName[], state: string, load: string, s: number];

const ASSOCIATION: readonly Step[] = [
  ['client', ['INIT'], 'INIT1', '0/1', 4],
  ['client', ['INIT'], 'INIT', '0/1', 61],
  ['server', ['INIT ACK'], 'C-SENT', '0/1', 61],
  ['client', ['COOKIE ECHO', 'DATA'], 'C-REPLIED', '0/1', 61],
  ['server', ['COOKIE ACK', 'SACK'], 'ESTABLISHED', '1/0', 900],
  ['client', ['HEARTBEAT'], 'ESTABLISHED', '1/0', 900],
];

const STORIES: Readonly<Record<string, readonly Step[]>> = {
  'the client ends it': [
    ...ASSOCIATION,
    ['client', ['SHUTDOWN'], 'S-RECEIVED', '0/1', 61],
    ['server', ['SHUTDOWN ACK'], 'S-ACK-SENT', '0/1', 61],
    ['client', ['SHUTDOWN COMPLETE'], 'CLOSED', '0/1', 61],
  ],
  'the real server aborts': [...ASSOCIATION, ['server', ['ABORT'], 'CLOSED', '0/1', 61]],
  'the real server rejects': [ASSOCIATION[0]!, ['server', ['ABORT'], 'REJECTED', '0/1', 4]],
  'an ABORT behind a COOKIE ECHO counts': [ASSOCIATION[0]!, ['client', ['COOKIE ECHO', 'ABORT'], 'CLOSED', '0/1', 61]],
  'an ABORT behind data does not': [...ASSOCIATION, ['client', ['DATA', 'ABORT'], 'ESTABLISHED', '1/0', 900]],
};

for (const [story, steps] of Object.entries(STORIES)) {
  test(`NAT: ${story}`, service(IPV4, IPV4.moved, '-m'), (director) => {
    const { client, virtual, moved } = IPV4;
    for (const [index, [from, chunks, state, load, seconds]] of steps.entries()) {
      const what = `step ${index + 1}: ${from} ${chunks.join('+')}`;
      if (from === 'client') director.receive(ethernet(sctp(client, virtual, chunks), FROM_CLIENT));
      else director.receive(ethernet(sctp(moved, client, chunks), fromServer()), 'farm');
      assert.deepEqual(director.connections(), [`SCTP ${state} ${client} ${virtual} ${moved}`], what);
      assert.equal(director.load(), load, what);
      assert.ok(Math.abs(director.secondsLeft() - seconds) <= 1, `${what}: ${director.secondsLeft()} s left`);
    }
  });
}

test('a packet without a chunk is forwarded and changes nothing', service(IPV4, IPV4.moved, '-m'), (director) => {
  const { client, virtual, moved } = IPV4;
  director.receive(ethernet(sctp(client, virtual, ['INIT']), FROM_CLIENT));
  const seen = director.receive(ethernet(sctp(client, virtual, Buffer.alloc(0)), FROM_CLIENT));
  assert.equal(seen.outcome, 'FORWARDED_MASQUERADE');
  assert.deepEqual(director.connections(), [`SCTP INIT1 ${client} ${virtual} ${moved}`]);
});

test(
  'an INIT on a CLOSED connection begins anew, to a real server picked anew; on one that lives it does not',
  ['-A --sctp-service 10.9.0.1:80 -s rr', ...[1, 2].map((n) => `-a --sctp-service 10.9.0.1:80 -r 192.168.1.${n} -g`)],
  (director) => {
    const { client, virtual } = IPV4;
    const send = (name: ChunkName) =>
      serverOf(parseFrame(director.receive(ethernet(sctp(client, virtual, [name]), FROM_CLIENT)).frame).to);
    const first = send('INIT');
    assert.equal(send('INIT'), first);
    assert.equal(send('ABORT'), first);
    assert.deepEqual(director.connections(), [`SCTP CLOSED ${client} ${virtual} 192.168.1.${first}:80`]);
    assert.equal(send('INIT'), 3 - first);
    assert.deepEqual(director.connections(), [`SCTP INIT1 ${client} ${virtual} 192.168.1.${3 - first}:80`]);
    assert.equal(director.load(), '0/1');
  },
);

test('counts are of IP packets', service(IPV4, IPV4.moved, '-m'), (director) => {
  const packet = sctp(IPV4.client, IPV4.virtual, ['INIT']);
  const { frame } = director.receive(ethernet(packet, FROM_CLIENT));
  assert.equal(parsePacket(parseFrame(frame).packet).length, packet.length);
  const { connections, inPackets, inBytes } = director.traffic();
  assert.deepEqual([connections, inPackets, inBytes], [1n, 1n, BigInt(packet.length)]);
});
