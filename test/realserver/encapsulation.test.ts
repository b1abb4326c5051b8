// SPDX-License-Identifier: Apache-2.0
/** bpf/decapsulate.bpf.c on GRE and GUE, as the kernel runs it. Frames and checksums are made here. Needs root. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { RawMap, createMapRef } from 'bpf';

import type { Loaded } from '../../src/kernel/addon.js';
import { addon } from '../../src/kernel/addon.js';
import { ethernet, internetChecksum, ip, parsePacket, tcp, udp } from '../support/frames.js';
import { address } from '../support/frames/addresses.js';
import { pseudoHeader } from '../support/frames/checksum.js';

const XDP_DROP = 1;
const XDP_PASS = 2;
const GRE = 47;
const UDP = 17;
const PORT = 6080;
const LINK = { to: '02:00:00:00:00:01', from: '02:00:00:00:00:02' };

interface Side {
  readonly name: string;
  readonly client: string;
  readonly virtual: string;
  readonly vip: string;
  readonly director: string;
  readonly server: string;
  readonly protocol: number;
  readonly ethertype: readonly number[];
}

const IPV4: Side = {
  name: 'IPv4',
  client: '198.51.100.7:40001',
  virtual: '192.0.2.80:80',
  vip: '192.0.2.80',
  director: '10.0.0.254',
  server: '10.0.0.1',
  protocol: 4,
  ethertype: [0x08, 0x00],
};

const IPV6: Side = {
  name: 'IPv6',
  client: '[2001:db8::7]:40001',
  virtual: '[2001:db8::80]:80',
  vip: '2001:db8::80',
  director: 'fd00::fe',
  server: 'fd00::1',
  protocol: 41,
  ethertype: [0x86, 0xdd],
};

const SIDES = [IPV4, IPV6] as const;

const PACKETS = ['', 'x', 'hello', 'z'.repeat(1201)].flatMap((payload) => [
  (side: Side) => tcp(side.client, side.virtual, 'ACK', { payload }),
  (side: Side) => udp(side.client, side.virtual, payload),
]);

function outside(outer: Side, protocol: number, payload: Uint8Array): Buffer {
  return ethernet(ip({ source: outer.director, destination: outer.server, ttl: 63 }, protocol, payload), LINK);
}

function gre(inner: Side, packet: Buffer, hasChecksum: boolean): Buffer {
  const header = Buffer.from([hasChecksum ? 0x80 : 0, 0, ...inner.ethertype, ...(hasChecksum ? [0, 0, 0, 0] : [])]);
  if (hasChecksum) header.writeUInt16BE(internetChecksum(header, packet), 4);
  return Buffer.concat([header, packet]);
}

/** `fields`: behind the four bytes of the GUE header. */
function gue(outer: Side, inner: Side, packet: Buffer, fields: Buffer, checksum: boolean, port = PORT): Buffer {
  const header = Buffer.from([fields.length / 4, inner.protocol, 0, fields.length > 0 ? 1 : 0]);
  const end = (text: string, number: number): string =>
    text.includes(':') ? `[${text}]:${number}` : `${text}:${number}`;
  const payload = Buffer.concat([header, fields, packet]);
  const datagram = Buffer.from(parsePacket(udp(end(outer.director, 40_000), end(outer.server, port), payload)).payload);
  if (!checksum) datagram.writeUInt16BE(0, 6);
  return datagram;
}

const NONE = Buffer.alloc(0);

/** As a sender leaves it that has its checksum made at the far end: the sum of the pseudo header alone, and where it belongs. */
function leaveOpen(side: Side, packet: Buffer): { open: Buffer; fields: Buffer } {
  const { header, payload, source, destination, protocol } = parsePacket(packet);
  const field = protocol === 6 ? 16 : 6;
  const segment = Buffer.from(payload);
  const pseudo = pseudoHeader(address(source), address(destination), protocol, segment.length);
  segment.writeUInt16BE(~internetChecksum(pseudo) & 0xffff, field);
  const fields = Buffer.from([0x80, 0, 0, 0, 0, header.length, 0, header.length + field]);
  assert.equal(side.vip, destination);
  return { open: Buffer.concat([header, segment]), fields };
}

const skip = process.getuid?.() === 0 ? false : 'needs root to load a BPF program';

describe('decapsulate: GRE and GUE', { skip }, () => {
  let loaded: Loaded;

  before(() => {
    const root = join(fileURLToPath(import.meta.url), '../../../..');
    loaded = addon.load({ path: join(root, 'decapsulate.bpf.o') });
    const mapOf = (name: string): RawMap => new RawMap(createMapRef(loaded.maps[name] as number, { transfer: false }));
    for (const { vip } of SIDES) {
      const key = Buffer.alloc(20);
      key.set(address(vip).bytes);
      key[16] = address(vip).family;
      mapOf('virtual_addresses').set(key, Buffer.of(1));
    }
    mapOf('gue_ports').set(Buffer.of(PORT >> 8, PORT & 0xff), Buffer.of(1));
  });

  after(() => {
    for (const fd of [...Object.values(loaded.programs), ...Object.values(loaded.maps)]) addon.close(fd);
  });

  const receive = (frame: Uint8Array): { verdict: number; frame: Buffer } => {
    const { retval, data } = addon.testRun(loaded.programs['decapsulate'] as number, { data: frame });
    return { verdict: retval, frame: Buffer.from(data) };
  };
  const assertUntouched = (frame: Uint8Array): void =>
    assert.deepEqual(receive(frame), { verdict: XDP_PASS, frame: Buffer.from(frame) });

  for (const outer of SIDES) {
    for (const inner of SIDES) {
      const name = `${inner.name} in ${outer.name}`;
      const wrappings: Record<string, (packet: Buffer) => Buffer> = {
        GRE: (packet) => outside(outer, GRE, gre(inner, packet, false)),
        'GRE with checksum': (packet) => outside(outer, GRE, gre(inner, packet, true)),
        GUE: (packet) => outside(outer, UDP, gue(outer, inner, packet, NONE, false)),
        'GUE with checksum': (packet) => outside(outer, UDP, gue(outer, inner, packet, NONE, true)),
      };

      for (const [kind, wrap] of Object.entries(wrappings)) {
        test(`${kind}, ${name}: what the client sent comes out`, () => {
          for (const packet of PACKETS.map((make) => make(inner)))
            assert.deepEqual(receive(wrap(packet)), { verdict: XDP_PASS, frame: ethernet(packet, LINK) });
        });

        test(`${kind}, ${name}: cut short it passes untouched`, () => {
          const packet = tcp(inner.client, inner.virtual, 'ACK');
          const frame = wrap(packet);
          for (let length = 14; length < frame.length - 20; length++) {
            const part = frame.subarray(0, length);
            const { verdict } = receive(part);
            if (length < frame.length - packet.length) assertUntouched(part);
            else assert.ok([XDP_DROP, XDP_PASS].includes(verdict));
          }
        });
      }

      for (const kind of ['GRE with checksum', 'GUE with checksum']) {
        test(`${kind}, ${name}: a damaged one is dropped`, () => {
          const frame = wrappings[kind]!(tcp(inner.client, inner.virtual, 'ACK', { payload: 'hello' }));
          frame[frame.length - 1]! ^= 1;
          assert.equal(receive(frame).verdict, XDP_DROP);
        });
      }

      test(`GUE, ${name}: a checksum that the sender left open is made`, () => {
        for (const packet of PACKETS.map((make) => make(inner))) {
          const { open, fields } = leaveOpen(inner, packet);
          assert.notDeepEqual(open, packet);
          for (const checksum of [false, true])
            assert.deepEqual(receive(outside(outer, UDP, gue(outer, inner, open, fields, checksum))), {
              verdict: XDP_PASS,
              frame: ethernet(packet, LINK),
            });
        }
      });

      test(`GUE, ${name}: a field that lies outside of the packet is not written`, () => {
        const packet = tcp(inner.client, inner.virtual, 'ACK');
        for (const [start, field] of [
          [0, packet.length - 1],
          [packet.length, 0],
          [0xffff, 0xffff],
        ] as const) {
          const fields = Buffer.from([0x80, 0, 0, 0, start >> 8, start & 255, field >> 8, field & 255]);
          assert.equal(receive(outside(outer, UDP, gue(outer, inner, packet, fields, false))).verdict, XDP_DROP);
        }
      });
    }

    test(`in ${outer.name}: what is not the director's passes untouched`, () => {
      const packet = tcp(IPV4.client, IPV4.virtual, 'ACK');
      const withKey = Buffer.concat([Buffer.from([0x20, 0, 8, 0, 0, 0, 0, 7]), packet]);
      const ofVersion1 = Buffer.concat([Buffer.from([0, 1, 8, 0]), packet]);
      const ofArp = Buffer.concat([Buffer.from([0, 0, 8, 6]), packet]);
      for (const payload of [withKey, ofVersion1, ofArp]) assertUntouched(outside(outer, GRE, payload));
      const strange = Buffer.from([0x40, 0, 0, 0, 0, 0, 0, 0]);
      assertUntouched(outside(outer, UDP, gue(outer, IPV4, packet, NONE, false, PORT + 1)));
      assertUntouched(outside(outer, UDP, gue(outer, IPV4, packet, strange, false)));
      assertUntouched(outside(outer, UDP, gue(outer, { ...IPV4, protocol: 6 }, packet, NONE, false)));
      const elsewhere = tcp(IPV4.client, '192.0.2.81:80', 'ACK');
      assertUntouched(outside(outer, GRE, gre(IPV4, elsewhere, true)));
      assertUntouched(outside(outer, UDP, gue(outer, IPV4, elsewhere, NONE, true)));
    });
  }
});
