// SPDX-License-Identifier: Apache-2.0
/** Errors about the outer packet of a tunnel: the client hears of the packet inside, and the path's MTU is learnt. */
import assert from 'node:assert/strict';

import type { RealServer } from '../../src/abi/generated.js';
import { read, write } from '../../src/kernel/maps.js';
import type { Director, Seen } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ACTIONS } from '../support/director/data_plane.js';
import { ethernet, icmp, ip, parseFrame, parsePacket, problemsOf, udp } from '../support/frames.js';
import { assertPassed, assertSame } from '../support/seen.js';
import { FROM_CLIENT, IPV4, IPV6, TO_CLIENT, fromServer, services } from './scene.js';

const test = directorTest();

const { client, clientAddress, virtual, virtualAddress, real, realAddress, farm } = IPV4;
const ROUTER = '192.168.1.99';
const TOO_BIG = [3, 4] as const;
const TIME_EXCEEDED = [11, 0] as const;
const lines = services(virtual, real, '-i');

/** XDP's. */
const DROP = ACTIONS.indexOf('DROP');
const REDIRECT = ACTIONS.indexOf('REDIRECT');

/** A request of so many bytes, as the client sends it. */
function request(length = 100, dontFragment = true): Buffer {
  return udp(client, virtual, Buffer.alloc(length - 28, 'inside'), { dontFragment });
}

/** The outer packet that the director makes of it. */
function tunnelled(director: Director, packet: Buffer): Buffer {
  const seen = director.receive(ethernet(packet, FROM_CLIENT));
  assert.equal(seen.outcome, 'FORWARDED_TUNNEL');
  return parseFrame(seen.frame).packet;
}

function complain(
  director: Director,
  [type, code]: readonly [number, number],
  quoted: Uint8Array,
  { rest = 0, destination = farm, ttl = 64, source = ROUTER } = {},
): { seen: Seen; frame: Buffer } {
  const frame = ethernet(icmp({ source, destination, type, code, rest, ttl }, quoted), fromServer(9));
  return { seen: director.receive(frame, 'farm'), frame };
}

/** The client is told about `inner`, by the virtual service. */
function assertRelayed(seen: Seen, [type, code]: readonly [number, number], inner: Buffer, rest = 0): void {
  assert.equal(`${seen.action} ${seen.outcome}`, 'REDIRECT ICMP_REPLIED');
  const { id } = parsePacket(parseFrame(seen.frame).packet);
  const fields = { source: virtualAddress, destination: clientAddress, tos: 0xc0, id, dontFragment: false };
  assertSame(seen.frame, ethernet(icmp({ ...fields, type, code, rest }, inner.subarray(0, 548)), TO_CLIENT));
  assert.deepEqual(problemsOf(seen.frame), []);
}

/** As the director sent it: a hop less than it came with. */
function innerOf(outer: Buffer, headers = 20): Buffer {
  return outer.subarray(headers);
}

test('the client is told of whatever happens to the outer packet, from however much is quoted', lines, (director) => {
  const outer = tunnelled(director, request(700));
  for (const what of [TIME_EXCEEDED, [3, 1], [3, 13], [4, 0], [11, 1]] as const)
    assertRelayed(complain(director, what, outer).seen, what, innerOf(outer));
  for (const length of [44, 48, 49, 128, 700])
    assertRelayed(
      complain(director, TIME_EXCEEDED, outer.subarray(0, length)).seen,
      TIME_EXCEEDED,
      innerOf(outer.subarray(0, length)),
    );
  assertRelayed(complain(director, TIME_EXCEEDED, outer, { ttl: 1 }).seen, TIME_EXCEEDED, innerOf(outer));
});

test('what says too little, or is not for the director, is left to the host as it came', lines, (director) => {
  const outer = tunnelled(director, request());
  const unknown = tunnelled(director, request());
  unknown.writeUInt16BE(7777, 40);
  const elsewhere = Buffer.from(outer);
  elsewhere.writeUInt8(2, 19);
  const left = [
    complain(director, [12, 0], outer),
    complain(director, TIME_EXCEEDED, outer.subarray(0, 43)),
    complain(director, TIME_EXCEEDED, outer.subarray(0, 28)),
    complain(director, TIME_EXCEEDED, unknown),
    complain(director, TIME_EXCEEDED, elsewhere),
    complain(director, TIME_EXCEEDED, outer, { destination: '10.1.0.3' }),
  ];
  for (const { seen, frame } of left) assertPassed(seen, 'NOT_TRANSPORT', frame);

  const { frame } = left[0]!;
  const wrong = ethernet(icmp({ source: ROUTER, destination: farm, type: 11, code: 0 }, outer), fromServer(9));
  wrong[36]! ^= 1;
  assertPassed(director.receive(wrong, 'farm'), 'MALFORMED', wrong);
  assert.ok(frame.length > 0);
});

test("the path's MTU is learnt: first the old one is told, from then on the new", lines, (director) => {
  const outer = tunnelled(director, request());
  const tell = (mtu: number, told: number): void =>
    assertRelayed(complain(director, TOO_BIG, outer, { rest: mtu }).seen, TOO_BIG, innerOf(outer), told);
  const assertTaken = (taken: number): void => {
    assert.equal(director.receive(ethernet(request(taken), FROM_CLIENT)).outcome, 'FORWARDED_TUNNEL', `${taken}`);
    const seen = director.receive(ethernet(request(taken + 1), FROM_CLIENT));
    assert.equal(seen.outcome, 'TOO_BIG', `${taken + 1}`);
    assert.equal(parsePacket(parseFrame(seen.frame).packet).payload.readUInt32BE(4), taken);
  };
  assertTaken(1480);
  tell(9000, 1480);
  assertTaken(1480);
  tell(1400, 1480);
  assertTaken(1380);
  tell(1400, 1380);
  tell(1300, 1280);
  assertTaken(1280);
  tell(1400, 1280);
  assertTaken(1280);
  /* The kernel believes no router that says less than 552. */
  tell(300, 532);
  assertTaken(532);
  tell(0, 532);

  director.forgetNextHops();
  assertTaken(532);
});

test('who lets packets be cut is not told, but the MTU is learnt', lines, (director) => {
  const outer = tunnelled(director, request(100, false));
  const { seen, frame } = complain(director, TOO_BIG, outer, { rest: 1200 });
  assertPassed(seen, 'NOT_TRANSPORT', frame);
  assert.equal(director.receive(ethernet(request(1181), FROM_CLIENT)).outcome, 'TOO_BIG');
});

test("a path's MTU is that of the real server's address, whatever service leads there", lines, (director) => {
  const other = services('10.9.0.2:80', real, '-i');
  const outer = tunnelled(director, request());
  complain(director, TOO_BIG, outer, { rest: 1200 });
  director.run(...other);
  const frame = ethernet(udp(client, '10.9.0.2:80', Buffer.alloc(1181 - 28)), FROM_CLIENT);
  assert.equal(director.receive(frame).outcome, 'TOO_BIG');
});

test("both the error's packet and the director's own are counted as going out, as IPVS does", lines, (director) => {
  const outer = tunnelled(director, request());
  complain(director, TIME_EXCEEDED, outer);
  const { outPackets, outBytes } = director.traffic();
  assert.deepEqual([outPackets, outBytes], [2n, 100n + 128n]);
});

test('no more than 1000 are relayed a second', lines, (director) => {
  const outer = tunnelled(director, request());
  const { frame } = complain(director, TIME_EXCEEDED, outer);
  const run = (): number => director.dataPlane.transform(frame, director.ground.farm).retval;
  const actions = Array.from({ length: 20_000 }, run);
  const sent = actions.filter((action) => action === REDIRECT).length;
  assert.ok(sent >= 999 && sent < 20_000, `${sent} relayed`);
  assert.equal(actions.filter((action) => action === DROP).length, 20_000 - sent);
});

/* What the other tunnels' outer headers look like is written by hand here. */
const GRE = { type: 2, port: 0 };
const GUE = { type: 1, port: 6080 };
const gre = (flags: number, more: number): Buffer => Buffer.concat([Buffer.from([flags, 0, 8, 0]), Buffer.alloc(more)]);
const gue = (port: number, kind: number, protocol: number): Buffer => {
  const header = Buffer.from([0xc3, 0x50, port >> 8, port & 255, 0, 0, 0, 0, kind, protocol, 0, 0]);
  return Buffer.concat([header, Buffer.alloc((kind & 31) * 4)]);
};

function becomeTunnel(director: Director, { type, port }: { type: number; port: number }): void {
  for (let number = 0; number < 16; number++) {
    const server = read(director.maps, 'real_servers', number) as RealServer | undefined;
    if (server?.family === 4)
      write(director.maps, 'real_servers', number, {
        ...server,
        tunnelType: type,
        tunnelPort: port,
      } as RealServer);
  }
}

for (const [name, tunnel, protocol, header] of [
  ['GRE', GRE, 47, gre(0, 0)],
  ['GRE with a checksum', GRE, 47, gre(0x80, 4)],
  ['GRE with checksum, key and sequence', GRE, 47, gre(0xb0, 12)],
  ['GUE', GUE, 17, gue(6080, 0, 4)],
  ['GUE with private data', GUE, 17, gue(6080, 2, 4)],
] as const) {
  test(`${name}: errors about it are told, with the MTU less all of its headers`, lines, (director) => {
    const inner = innerOf(tunnelled(director, request()));
    becomeTunnel(director, tunnel);
    const fields = { source: farm, destination: realAddress, ttl: 63 };
    const outer = ip(fields, protocol, Buffer.concat([header, inner]));
    assertRelayed(complain(director, TIME_EXCEEDED, outer).seen, TIME_EXCEEDED, inner);
    const told = 1500 - 20 - header.length;
    assertRelayed(complain(director, TOO_BIG, outer, { rest: 1200 }).seen, TOO_BIG, inner, told);
  });
}

for (const [name, tunnel, protocol, header] of [
  ['GRE around IPv6', GRE, 47, Buffer.from([0, 0, 0x86, 0xdd])],
  ['GUE to another port', GUE, 17, gue(6081, 0, 4)],
  ['a GUE control message', GUE, 17, gue(6080, 0x20, 4)],
  ['GUE around IPv6', GUE, 17, gue(6080, 0, 41)],
  ['GRE where the tunnel is GUE', GUE, 47, gre(0, 0)],
] as const) {
  test(`${name} is no tunnel of ours`, lines, (director) => {
    const inner = innerOf(tunnelled(director, request()));
    becomeTunnel(director, tunnel);
    const outer = ip({ source: farm, destination: realAddress }, protocol, Buffer.concat([header, inner]));
    const { seen, frame } = complain(director, TIME_EXCEEDED, outer);
    assertPassed(seen, 'NOT_TRANSPORT', frame);
  });
}

test(
  'errors about IPv6 in IPv4 are left to the host, as IPVS leaves them',
  services(IPV6.virtual, real, '-i'),
  (director) => {
    const seen = director.receive(ethernet(udp(IPV6.client, IPV6.virtual, 'hello'), FROM_CLIENT));
    const { seen: left, frame } = complain(director, TIME_EXCEEDED, parseFrame(seen.frame).packet);
    assertPassed(left, 'NOT_TRANSPORT', frame);
  },
);
