// SPDX-License-Identifier: Apache-2.0
/** Well-formed frames of every kind that the data plane knows, from which mutated ones are made. */
import { MAC, serverMac } from '../director.js';
import { CHUNKS, ethernet, extend, icmp, icmpv6, ip, ipFragment, sctp, tcp, udp } from '../frames.js';
import type { Arm } from '../director.js';
import { EMPTY, VARIANTS, endpointOf } from './scene.js';
import type { Variant } from './scene.js';

export interface Seed {
  readonly frame: Buffer;
  readonly arm: Arm;
}

const PORT = 40001;

function clientOf(family: 4 | 6): string {
  return family === 4 ? '10.1.0.2' : 'fd01::2';
}

function fromClient(packet: Uint8Array, vlans: readonly number[] = []): Seed {
  return { frame: ethernet(packet, { to: MAC.lan, from: MAC.client, vlans }), arm: 'lan' };
}

function fromFarm(packet: Uint8Array, vlans: readonly number[] = []): Seed {
  return { frame: ethernet(packet, { to: MAC.farm, from: serverMac(1), vlans }), arm: 'farm' };
}

/** Of all protocols; what opens a connection comes first. */
function packets(from: string, to: string): Buffer[] {
  return [
    tcp(from, to, 'SYN', { tcpOptions: Buffer.alloc(8, 1) }),
    tcp(from, to, 'ACK', { payload: 'hello, LVS' }),
    udp(from, to, 'hello'),
    udp(from, to, Buffer.alloc(61, 'odd')),
    sctp(from, to, ['INIT']),
    sctp(from, to, ['DATA']),
    tcp(from, to, 'ACK', { ttl: 1 }),
    udp(from, to, 'ends here', { ttl: 1 }),
  ];
}

/** What opens connections of SIP, or would. */
function messages(from: string, to: string): Buffer[] {
  const first = 'INVITE sip:bob@example.com SIP/2.0\r\n';
  const texts = ['Call-ID: a@pc\r\n\r\n', 'i\t:\r\n b@pc\n', 'Call-ID:\r\nCall-ID: c\r', 'Call-Idle: d\r\n', 'v: x'];
  return [...texts.map((text) => udp(from, to, first + text)), udp(from, to, `${'x'.repeat(900)}\r\ni: e@pc\r\n`)];
}

/** An error of a type and code of either family about a packet. */
function errors(family: 4 | 6, source: string, destination: string, quoted: Buffer): Buffer[] {
  const ends = { source, destination };
  return family === 4
    ? [
        icmp({ ...ends, type: 3, code: 1 }, quoted),
        icmp({ ...ends, type: 3, code: 4, rest: 1400 }, quoted.subarray(0, 28 + 20)),
        icmp({ ...ends, type: 11, code: 0 }, quoted.subarray(0, 28)),
      ]
    : [
        icmpv6({ ...ends, type: 1, code: 4 }, quoted),
        icmpv6({ ...ends, type: 2, code: 0, rest: 1400 }, quoted),
        icmpv6({ ...ends, type: 3, code: 0 }, quoted.subarray(0, 48)),
      ];
}

function lessOneHop(packet: Buffer): Buffer {
  const copy = Buffer.from(packet);
  const at = copy[0]! >> 4 === 4 ? 8 : 7;
  copy[at] = copy[at]! - 1;
  return copy;
}

function outerOf(variant: Variant, inner: Buffer): Buffer {
  const [source, destination] = [variant.real.includes(':') ? 'fd02::254' : '192.168.1.254', variant.real];
  const shim = Buffer.alloc(variant.shim);
  if (variant.outerProtocol === 47) {
    shim[0] = variant.shim === 8 ? 0x80 : 0;
    shim.writeUInt16BE(variant.family === 4 ? 0x0800 : 0x86dd, 2);
  }
  if (variant.outerProtocol === 17) {
    shim.writeUInt16BE(50000, 0);
    shim.writeUInt16BE(6080, 2);
    shim.writeUInt16BE(12 + inner.length, 4);
    shim[9] = variant.family === 4 ? 4 : 41;
  }
  return ip({ source, destination, ttl: 63 }, variant.outerProtocol, Buffer.concat([shim, inner]));
}

/** Everything that concerns one service: requests, replies, errors from all sides. */
function seedsOf(variant: Variant): Seed[] {
  const { family, virtual, virtualPort, real, realPort, method, persistence } = variant;
  const [client, router] = [clientOf(family), family === 4 ? '10.1.0.9' : 'fd01::9'];
  const far = real.includes(':') ? 'fd02::99' : '192.168.1.99';
  const farm = real.includes(':') ? 'fd02::254' : '192.168.1.254';
  const [from, to, back] = [endpointOf(client, PORT), endpointOf(virtual, virtualPort), endpointOf(real, realPort)];
  const requests = packets(from, to);
  const answers = packets(to, from);
  const seeds = [...requests, ...withMore(family, client, virtual, from, to)].map((packet) => fromClient(packet));
  seeds.push(...requests.slice(0, 4).flatMap((packet) => [fromClient(packet, [7]), fromClient(packet, [100, 7])]));
  seeds.push(fromClient(udp(from, to, Buffer.alloc(1500, 'too big'), { dontFragment: true })));
  seeds.push(fromClient(udp(from, to, Buffer.alloc(1500, 'too big'), { dontFragment: false })));
  for (const answer of answers.slice(1, 6))
    seeds.push(...errors(family, router, virtual, answer).map((packet) => fromClient(packet)));
  if (persistence) {
    seeds.push(...messages(from, to).map((packet) => fromClient(packet)));
    seeds.push(...messages(back, endpointOf(client, PORT + 1)).map((packet) => fromFarm(packet)));
  }
  if (method === 'nat') {
    const replies = packets(back, from);
    seeds.push(...replies.map((packet) => fromFarm(packet)), fromFarm(replies[1]!, [7]));
    for (const request of packets(from, back).slice(1, 6))
      seeds.push(...errors(family, far, client, request).map((packet) => fromFarm(packet)));
  }
  if (method === 'tunnel' && !real.includes(':'))
    for (const request of [requests[1]!, requests[2]!])
      seeds.push(...errors(4, far, farm, outerOf(variant, lessOneHop(request))).map((packet) => fromFarm(packet)));
  return seeds;
}

/** With options or extension headers, and in fragments. */
function withMore(family: 4 | 6, client: string, virtual: string, from: string, to: string): Buffer[] {
  const plain = udp(from, to, 'optional');
  const ends = { source: client, destination: virtual };
  const datagram = plain.subarray(family === 4 ? 20 : 40);
  const fragments = [
    ipFragment(ends, 17, datagram.subarray(0, 8), 0, true),
    ipFragment(ends, 17, datagram.subarray(8), 8, false),
  ];
  if (family === 4) {
    const recordRoute = Buffer.from([7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const timestamp = Buffer.from([68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    const sourceRoute = Buffer.from([131, 7, 4, 10, 1, 0, 9, 0]);
    const options = [recordRoute, timestamp, sourceRoute, Buffer.alloc(4, 1)];
    return [...options.map((each) => udp(from, to, 'optional', { options: each })), ...fragments];
  }
  const destinationOptions = Buffer.from([17, 0, 1, 4, 0, 0, 0, 0]);
  const hopByHop = Buffer.from([60, 0, 1, 4, 0, 0, 0, 0]);
  const routing = Buffer.from([17, 0, 0, 0, 0, 0, 0, 0]);
  return [
    extend(plain, 60, destinationOptions),
    extend(plain, 0, Buffer.concat([hopByHop, destinationOptions])),
    extend(plain, 43, routing),
    ...fragments,
  ];
}

/** What is for nobody of ours. */
function bystanders(family: 4 | 6): Seed[] {
  const [client, host] = [clientOf(family), family === 4 ? '10.1.0.1' : 'fd01::1'];
  const ends = { source: client, destination: host };
  const empty = endpointOf(EMPTY[family], 80);
  const echo = Buffer.from('0800000000010001', 'hex');
  return [
    ...packets(endpointOf(client, PORT), endpointOf(host, 22)).map((packet) => fromClient(packet)),
    ...packets(endpointOf(client, PORT), empty).map((packet) => fromClient(packet)),
    ...packets(endpointOf(client, PORT), endpointOf(VARIANTS.find((each) => each.family === family)!.virtual, 22)).map(
      (packet) => fromClient(packet),
    ),
    fromClient(
      family === 4 ? icmp({ ...ends, type: 8, code: 0 }, echo) : icmpv6({ ...ends, type: 128, code: 0 }, echo),
    ),
    fromClient(ip(ends, 50, Buffer.alloc(32, 5))),
  ];
}

export const SEEDS: readonly Seed[] = [...VARIANTS.flatMap(seedsOf), ...bystanders(4), ...bystanders(6)];

/** Kept out of the above: chunks by themselves are too short for a frame but good to splice in. */
export const SCRAPS: readonly Buffer[] = Object.values(CHUNKS).map((hex) => Buffer.from(hex, 'hex'));
