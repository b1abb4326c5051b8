// SPDX-License-Identifier: Apache-2.0
/** The client and the server of ends.bpf.c: what is sent, how much of it arrived. */
import { join } from 'node:path';

import type { StructCodec } from '../../src/abi/codec.js';
import { bytes, field, scalar, structCodec } from '../../src/abi/codec.js';
import { macBytes } from '../../src/kernel/address_bytes.js';
import { addon } from '../../src/kernel/addon.js';
import type { Host } from '../../test/support/host.js';
import { must } from '../../test/support/shell.js';
import { OBJECTS } from '../nanoseconds/restore.js';
import { CLIENTS, inOrder, ipBytes, scattered } from '../nanoseconds/traffic.js';

/** Frames: both ends run in XDP. Packets: in tc, for directors that forward what the kernel calls packets. */
export type Kind = 'frames' | 'packets';

export const ECHO_PORT = 7;
export const SINK_PORT = 9;
const FRAME = new Uint8Array(64);
const CPUS_MAX = 1024;
/** Of elements of flows and delivered, in words. */
const STRIDE = 8;

interface Source {
  readonly link: Uint8Array;
  readonly ifindex: number;
  readonly client: number;
  readonly virtualAddress: Uint8Array;
  readonly port: number;
  readonly count: number;
  readonly step: number;
}

const sourceCodec: StructCodec<Source> = structCodec('source', 40, [
  field('link', 0, bytes(12)),
  field('ifindex', 12, scalar('u32')),
  field('client', 16, scalar('u32')),
  field('virtualAddress', 20, bytes(4)),
  field('port', 24, scalar('be16')),
  field('count', 28, scalar('u32')),
  field('step', 32, scalar('u32')),
]);

/** How many flows the packets are of; 'new': each packet begins one. */
export type Flows = number | 'new';

/** As many as the addresses of one CPU have. */
const NEW_FLOWS = 2 ** 22;

export class Ends {
  readonly generator: number;
  readonly #source: Uint8Array;
  readonly #flows: BigUint64Array;
  readonly #delivered: BigUint64Array;
  readonly #namespace: string;
  readonly #ifindex: number;

  /** Afterwards the calling thread is in the client's network namespace. `folder`: on a BPF file system. */
  constructor(client: Host, server: Host, kind: Kind, folder: string) {
    const { programs, maps } = addon.load({ path: join(OBJECTS, 'ends.bpf.o') });
    this.generator = programs['generate']!;
    this.#source = new Uint8Array(addon.mmapMap(maps['.data.source']!, sourceCodec.size, true));
    this.#flows = words(maps['flows']!, true);
    this.#delivered = words(maps['delivered']!, false);
    addon.pin(this.generator, join(folder, `${client.namespace}-generate`));
    const end = join(folder, `${client.namespace}-end`);
    addon.pin(programs['end_packet']!, end);
    for (const host of [server, client]) {
      addon.enterNetns(`/run/netns/${host.namespace}`);
      if (kind === 'frames') addon.linkXdp(programs['end']!, addon.ifNameToIndex('eth0'), 4);
      else attachToTc(host, end);
    }
    this.#namespace = client.namespace;
    this.#ifindex = addon.ifNameToIndex('eth0');
  }

  /** What the following packets are. */
  aim(station: string, sender: string, address: string, port: number, flows: Flows): void {
    const { count, step } = flows === 'new' ? inOrder(0, NEW_FLOWS) : scattered(flows);
    const link = Uint8Array.of(...macBytes(station), ...macBytes(sender));
    const source = {
      link,
      ifindex: this.#ifindex,
      client: CLIENTS,
      virtualAddress: ipBytes(address),
      port,
      count,
      step,
    };
    sourceCodec.write(source, this.#source, 0);
    // New flows go on where the last ones ended.
    if (flows !== 'new') this.#flows.fill(0n);
  }

  send(packets: number): void {
    addon.enterNetns(`/run/netns/${this.#namespace}`);
    addon.testRun(this.generator, { data: FRAME, repeat: packets, liveFrames: true });
  }

  delivered(): number {
    let sum = 0n;
    for (let cpu = 0; cpu < CPUS_MAX; cpu++) sum += this.#delivered[cpu * STRIDE]!;
    return Number(sum);
  }
}

function words(fd: number, isWritable: boolean): BigUint64Array {
  return new BigUint64Array(addon.mmapMap(fd, CPUS_MAX * STRIDE * 8, isWritable));
}

function attachToTc(host: Host, pin: string): void {
  must('tc', '-n', host.namespace, 'qdisc', 'add', 'dev', 'eth0', 'clsact');
  must('tc', '-n', host.namespace, 'filter', 'add', 'dev', 'eth0', 'ingress', 'bpf', 'direct-action', 'pinned', pin);
}
