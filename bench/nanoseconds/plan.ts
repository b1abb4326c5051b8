// SPDX-License-Identifier: Apache-2.0
/** struct plan of restore.bpf.c: what the next packets look like. */
import type { StructCodec } from '../../src/abi/codec.js';
import { bytes, field, scalar, structCodec } from '../../src/abi/codec.js';

/** Flows first, first + step, … and round again at first + count. */
export interface Series {
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

export const SERVERS_MAX = 8;

export interface Plan {
  readonly next: number;
  readonly step: number;
  readonly count: number;
  readonly first: number;
  readonly secondNext: number;
  readonly secondStep: number;
  readonly secondCount: number;
  readonly secondFirst: number;
  readonly link: Uint8Array;
  readonly length: number;
  readonly networkFirst: Uint8Array;
  readonly networkSum: number;
  readonly transportSum: number;
  readonly clients: number;
  readonly destinations: number;
  readonly destinationMask: number;
  readonly serverMask: number;
  readonly servers: Uint8Array;
  readonly clientPrefix: Uint8Array;
  readonly destination6: Uint8Array;
  readonly sequence: Uint8Array;
  readonly flags: Uint8Array;
  readonly ttlProtocol: Uint8Array;
  readonly port: number;
  readonly turn: number;
}

export const planCodec: StructCodec<Plan> = structCodec('plan', 160, [
  field('next', 0, scalar('u32')),
  field('step', 4, scalar('u32')),
  field('count', 8, scalar('u32')),
  field('first', 12, scalar('u32')),
  field('secondNext', 16, scalar('u32')),
  field('secondStep', 20, scalar('u32')),
  field('secondCount', 24, scalar('u32')),
  field('secondFirst', 28, scalar('u32')),
  field('link', 32, bytes(14)),
  field('length', 46, scalar('u16')),
  field('networkFirst', 48, bytes(8)),
  field('networkSum', 56, scalar('u32')),
  field('transportSum', 60, scalar('u32')),
  field('clients', 64, scalar('u32')),
  field('destinations', 68, scalar('u32')),
  field('destinationMask', 72, scalar('u32')),
  field('serverMask', 76, scalar('u32')),
  field('servers', 80, bytes(4 * SERVERS_MAX)),
  field('clientPrefix', 112, bytes(8)),
  field('destination6', 120, bytes(16)),
  field('sequence', 136, bytes(8)),
  field('flags', 144, bytes(4)),
  field('ttlProtocol', 148, bytes(2)),
  field('port', 150, scalar('be16')),
  field('turn', 152, scalar('u32')),
]);
