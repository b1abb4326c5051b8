// SPDX-License-Identifier: Apache-2.0
/**
 * Run on the director: node fill.js CONNECTIONS MAC. Opens so many UDP connections by handing the attached program their
 * first packets under BPF_PROG_TEST_RUN.
 */
import { addon } from '../../src/kernel/addon.js';
import { Pins, withPinned } from '../../src/kernel/pins.js';
import { ethernet, internetChecksum, udp } from '../../test/support/frames.js';
import { FILLED } from './filled.js';

const FIRST_CLIENT = 0xac100001; // 172.16.0.1
const CLIENT_PORTS = 50_000;
const FIRST_PORT = 1024;

const HEADER = 14;
const HEADER_CHECKSUM = HEADER + 10;
const SOURCE = HEADER + 12;
const SOURCE_PORT = HEADER + 20;

function firstPacket(mac: string): Buffer {
  const packet = udp(`172.16.0.1:${FIRST_PORT}`, `${FILLED.address}:${FILLED.port}`, Buffer.alloc(18));
  return ethernet(packet, { to: mac, from: '02:00:00:00:00:99' });
}

function fill(connections: number, mac: string): void {
  const frame = firstPacket(mac);
  const ingressIfindex = addon.ifNameToIndex('eth0');
  withPinned(Pins.here().program('xdpvs'), (program) => {
    for (let each = 0; each < connections; each++) {
      frame.writeUInt32BE(FIRST_CLIENT + Math.floor(each / CLIENT_PORTS), SOURCE);
      frame.writeUInt16BE(FIRST_PORT + (each % CLIENT_PORTS), SOURCE_PORT);
      frame.writeUInt16BE(0, HEADER_CHECKSUM);
      frame.writeUInt16BE(internetChecksum(frame.subarray(HEADER, HEADER + 20)), HEADER_CHECKSUM);
      addon.testRun(program, { data: frame, ingressIfindex });
    }
  });
}

const [connections, mac] = process.argv.slice(2);
fill(Number(connections), mac!);
