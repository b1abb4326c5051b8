// SPDX-License-Identifier: Apache-2.0
/** `--pe sip` beyond what was recorded: full tables, ends, floods, and what calls of real servers meet on their way. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { CONNECTION_TEMPLATE, TAG_FIRST, connectionCodec } from '../../src/abi/generated.js';
import { choiceOf } from '../../src/director/end_connections.js';
import type { Director } from '../support/director.js';
import { directorTest, serverMac } from '../support/director.js';
import { ethernet, icmp, icmpv6, parseFrame, parsePacket, udp } from '../support/frames.js';
import { assertPassed, assertSent } from '../support/seen.js';
import type { Cast } from './scene.js';
import { FAMILIES, FROM_CLIENT, IPV4, TO_CLIENT, fromServer } from './scene.js';

const test = directorTest();

const ANY = { client: undefined, virtual: undefined, real: undefined, protocol: undefined, states: [] };

function message(call: string | undefined, first = 'INVITE sip:bob@example.com SIP/2.0'): string {
  const header = call === undefined ? '' : `Call-ID: ${call}\r\n`;
  return `${first}\r\nVia: SIP/2.0/UDP pc33.example.com\r\n${header}CSeq: 1 INVITE\r\n\r\n`;
}

/** Addresses with SIP's port. */
function sides({ family, virtualAddress, realAddress }: Cast): { virtual: string; real: string; other: string } {
  const other = family === 'IPv4' ? '192.168.1.2' : 'fd02::2';
  const [virtual, real, second] = [virtualAddress, realAddress, other].map((address) =>
    family === 'IPv4' ? `${address}:5060` : `[${address}]:5060`,
  );
  return { virtual: virtual!, real: real!, other: second! };
}

function service(cast: Cast, method: string, options = '-p 300 --pe sip'): string[] {
  const { virtual, real, other } = sides(cast);
  return [
    `-A -u ${virtual} -s rr ${options}`,
    `-a -u ${virtual} -r ${real} ${method}`,
    `-a -u ${virtual} -r ${other} ${method}`,
  ];
}

function invite(director: Director, from: string, to: string, call: string | undefined): string {
  return director.receive(ethernet(udp(from, to, message(call)), FROM_CLIENT)).outcome;
}

function calls(director: Director): string[] {
  return director
    .connections()
    .filter((line) => line.includes(' sip '))
    .map((line) => line.replace(/.* sip /, ''));
}

function noted(director: Director): number {
  return director.maps.entries('call_ids').length;
}

/** In the table, live or not. */
function templates(director: Director): number {
  const table = director.maps.memory('connections');
  const { size } = connectionCodec;
  let count = 0;
  for (let at = 0; at < table.length; at += size) {
    const { tag, flags } = connectionCodec.decode(table.subarray(at, at + size));
    if (tag >= TAG_FIRST && flags & CONNECTION_TEMPLATE) count++;
  }
  return count;
}

test('a Call-ID is forgotten when its template is ended', service(IPV4, '-g', '-p 300 --ops --pe sip'), (director) => {
  const { virtual } = sides(IPV4);
  invite(director, '10.1.0.2:5060', virtual, 'a@pc');
  assert.equal(director.dataPlane.endConnections(choiceOf(ANY), 'reschedule'), 1);
  assert.deepEqual([calls(director), noted(director)], [[], 0]);
});

const small = directorTest({ connections: 64 });

for (const method of ['-g', '-m']) {
  const { virtual } = sides(IPV4);
  small(
    `${method}: a flood of calls that nobody answers takes its Call-IDs with it`,
    service(IPV4, method),
    (director) => {
      for (let call = 0; call < 3000; call++)
        invite(director, `10.2.${call >> 8}.${call & 255}:5060`, virtual, `${call}@flood`);
      assert.equal(noted(director), templates(director));
      assert.ok(noted(director) > 0);
    },
  );
}

small(
  'where no Call-ID can be noted, DR keeps a call at one real server all the same',
  service(IPV4, '-g', '-p 300 --ops --pe sip'),
  (director) => {
    const { virtual } = sides(IPV4);
    for (let call = 0; call < 200; call++) invite(director, '10.1.0.2:5060', virtual, `${call}@pc`);
    for (let call = 300; call < 320; call++) {
      const macs = [1, 2, 3].map((port) => {
        const { frame } = director.receive(
          ethernet(udp(`10.1.0.2:${port}`, virtual, message(`${call}@pc`)), FROM_CLIENT),
        );
        return parseFrame(frame).to;
      });
      assert.equal(new Set(macs).size, 1);
      assert.ok([serverMac(1), serverMac(2)].includes(macs[0]!));
    }
  },
);

for (const cast of FAMILIES) {
  const { family, client, clientAddress } = cast;
  const { virtual, real, other } = sides(cast);
  const absent = family === 'IPv4' ? '10.1.0.99' : 'fd01::99';
  const far = family === 'IPv4' ? '203.0.113.9:5060' : '[2001:db8:9::9]:5060';
  const nat = service(cast, '-m');

  test(
    `${family}: a call of a real server leaves as the virtual service's, and counts as a connection`,
    nat,
    (director) => {
      const ask = (from: string) => udp(from, client, message('x@rs'));
      const seen = director.receive(ethernet(ask(real), fromServer()), 'farm');
      const wanted = parsePacket(ask(virtual));
      const out = Buffer.from(ask(virtual));
      if (family === 'IPv4') {
        out.writeUInt8(wanted.ttl - 1, 8);
        out.writeUInt16BE(out.readUInt16BE(10) + 0x0100, 10);
      } else {
        out.writeUInt8(wanted.ttl - 1, 7);
      }
      assertSent(seen, 'REPLIED_MASQUERADE', ethernet(out, TO_CLIENT));
      const { connections, inPackets, outPackets, outBytes } = director.traffic();
      assert.deepEqual([connections, inPackets, outPackets, outBytes], [1n, 0n, 1n, BigInt(out.length)]);
      assert.equal(invite(director, client, virtual, 'x@rs'), 'FORWARDED_MASQUERADE');
      assert.equal(director.traffic().connections, 1n);
    },
  );

  test(
    `${family}: a call to a neighbour that is not known becomes an echo reply to it, which the host sends`,
    nat,
    (director) => {
      const probe = (family === 'IPv4' ? icmp : icmpv6)(
        { source: cast.realAddress, destination: absent, type: family === 'IPv4' ? 0 : 129, code: 0, id: 0 },
        new Uint8Array(),
      );
      const to = family === 'IPv4' ? `${absent}:5060` : `[${absent}]:5060`;
      const seen = director.receive(ethernet(udp(real, to, message('x@rs')), fromServer()), 'farm');
      assertPassed(seen, 'NEIGHBOUR_UNRESOLVED', ethernet(probe, fromServer()));
      assert.deepEqual(director.connections(), [], 'the retransmission will find the way known');
    },
  );

  test(`${family}: to a neighbour that is not known only calls are lost, what others send passes`, nat, (director) => {
    const to = family === 'IPv4' ? `${absent}:5060` : `[${absent}]:5060`;
    for (const from of [real.replace(/5060$/, '5061'), real.replace(/1(\]?:5060)$/, '3$1')]) {
      const frame = ethernet(udp(from, to, message('x@rs')), fromServer());
      assertPassed(director.receive(frame, 'farm'), 'NOT_A_SERVICE', frame);
    }
  });

  test(`${family}: a call to where no route leads is the host's to refuse`, nat, (director) => {
    const frame = ethernet(udp(real, far, message('x@rs')), fromServer());
    assertPassed(director.receive(frame, 'farm'), 'NOT_A_SERVICE', frame);
    assert.deepEqual(director.connections(), []);
  });

  test(
    `${family}: a call to a port that speaks with another real server: the newest is found, the other goes on`,
    nat,
    (director) => {
      assert.equal(invite(director, client, virtual, 'a@pc'), 'FORWARDED_MASQUERADE');
      const [first, second] = director.connections()[1]!.includes(` ${other}`) ? [other, real] : [real, other];
      const from = (server: string) => fromServer(server === real ? 1 : 2);
      assert.equal(
        director.receive(ethernet(udp(second, client, message('b@rs')), from(second)), 'farm').outcome,
        'REPLIED_MASQUERADE',
      );
      const { frame } = director.receive(ethernet(udp(client, virtual, message('a@pc')), FROM_CLIENT));
      assert.equal(
        parsePacket(parseFrame(frame).packet).destination,
        second.replace(/:5060$/, '').replace(/[[\]]/g, ''),
      );
      const answer = director.receive(ethernet(udp(first, client, message('a@pc')), from(first)), 'farm');
      assert.equal(answer.outcome, 'REPLIED_MASQUERADE');
      assert.equal(director.connections().filter((line) => line.startsWith('UDP UDP')).length, 2);
      assert.equal(director.load(), '0/2');
    },
  );

  test(
    `${family}: --ops, a call of a real server leaves nothing but its template`,
    service(cast, '-m', '-p 300 --ops --pe sip'),
    (director) => {
      for (let time = 0; time < 3; time++)
        assert.equal(
          director.receive(ethernet(udp(other, client, message('x@rs')), fromServer(2)), 'farm').outcome,
          'REPLIED_MASQUERADE',
        );
      assert.deepEqual(director.connections(), [
        `UDP ASSURED ${family === 'IPv4' ? `${clientAddress}:0` : `[${clientAddress}]:0`} ${virtual} ${other} sip x@rs`,
      ]);
      assert.deepEqual(
        [director.load(), director.traffic().connections, director.traffic().outPackets],
        ['0/0', 3n, 3n],
      );
    },
  );
}

test(
  'without a service of SIP nothing that a real server sends begins a call',
  service(IPV4, '-m', '-p 300'),
  (director) => {
    const { virtual, real } = sides(IPV4);
    const frame = ethernet(udp(real, IPV4.client, message('x@rs')), fromServer());
    assertPassed(director.receive(frame, 'farm'), 'NOT_A_SERVICE', frame);
    director.run(`-E -u ${virtual} -s rr -p 300 --pe sip`);
    assert.equal(director.receive(frame, 'farm').outcome, 'REPLIED_MASQUERADE');
    director.run(`-E -u ${virtual} -s rr -p 300`);
    const another = ethernet(udp(real, '10.1.0.3:5060', message('x@rs')), fromServer());
    assertPassed(director.receive(another, 'farm'), 'NOT_A_SERVICE', another);
  },
);

test('and when its time is up', service(IPV4, '-g', '-p 1 --ops --pe sip'), async (director) => {
  const { virtual } = sides(IPV4);
  for (let call = 0; call < 20; call++) invite(director, '10.1.0.2:5060', virtual, `${call}@pc`);
  assert.deepEqual([calls(director).length, noted(director)], [20, 20]);
  director.dataPlane.armSweeper();
  for (let left = 100; left > 0 && noted(director) > 0; left--) await sleep(100);
  assert.deepEqual([calls(director), noted(director)], [[], 0]);
});
