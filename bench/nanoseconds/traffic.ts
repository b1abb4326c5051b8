// SPDX-License-Identifier: Apache-2.0
/** What is sent to a program: which flows, in which direction, as which packets. */
import { parseAddress } from '../../src/model/address.js';
import type { Plan, Series } from './plan.js';
import { SERVERS_MAX } from './plan.js';

/** As bpf/packet.h has them. */
export const SYN = 0x02;
export const ACK = 0x10;

export type Direction = 'request' | 'reply' | 'mixed';

export interface Traffic {
  readonly direction: Direction;
  readonly family: 4 | 6;
  /** Address of the first virtual service. */
  readonly service: string;
  /** A power of two: flow n is for the service at address `service` + n modulo this. */
  readonly services: number;
  /** Replies come from them: flow n's from number n modulo their count, a power of two. */
  readonly servers: readonly string[];
  readonly flags: number;
  readonly series: Series;
  /** mixed: a SYN of these after each packet of the others. */
  readonly second: Series | undefined;
  /** The frame's destination. */
  readonly stationMac: Uint8Array;
}

export const SERVICE_PORT = 80;
export const TTL = 64;
export const CLIENT_MAC = Uint8Array.of(2, 0, 0, 0, 0, 0x0c);
/** 10.64.0.0: 16 flows an address. */
export const CLIENTS = 0x0a400000;
const CLIENT_PREFIX = '2001:db8:2::';
const PAYLOAD = 10;
const TCP_HEADER = 20;
const SEQUENCE = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0);

/** A step through `count` flows that visits each once in an order unlike that of the table or of their addresses. */
export function scattered(count: number): Series {
  let step = Math.max(1, Math.round(count * 0.6180339887));
  while (greatestCommonDivisor(step, count) !== 1) step++;
  return { first: 0, count, step: step % count };
}

export function inOrder(first: number, count: number): Series {
  return { first, count, step: 1 % count };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export function ipBytes(text: string): Uint8Array {
  const address = parseAddress(text);
  if (!address) throw new RangeError(`${text} is no address`);
  return address.bytes;
}

export function ipv4Number(text: string): number {
  return Buffer.from(ipBytes(text)).readUInt32BE();
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** In this machine's byte order, as restore.bpf.c adds them. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! | (bytes[i + 1]! << 8);
  return sum;
}

function swapped(value: number): number {
  return ((value & 0xff) << 8) | (value >> 8);
}

export function frameLength(family: 4 | 6): number {
  return 14 + (family === 4 ? 20 : 40) + TCP_HEADER + PAYLOAD;
}

function networkFirst(family: 4 | 6): Uint8Array {
  const payload = TCP_HEADER + PAYLOAD;
  if (family === 6) return Uint8Array.of(0x60, 0, 0, 0, 0, payload, 6, TTL);
  return Uint8Array.of(0x45, 0, 0, 20 + payload, 0, 0, 0x40, 0); // DF
}

export function planOf(traffic: Traffic): Plan {
  const { family, series } = traffic;
  const isIpv4 = family === 4;
  const first = networkFirst(family);
  const ttlProtocol = Uint8Array.of(TTL, 6);
  const destination6 = isIpv4 ? new Uint8Array(16) : ipBytes(traffic.service);
  const clientPrefix = ipBytes(CLIENT_PREFIX).subarray(0, 8);
  const addresses6 = isIpv4 ? 0 : sumOf(destination6) + sumOf(clientPrefix);
  const pseudo = swapped(6) + swapped(TCP_HEADER + PAYLOAD);
  const servers = new Uint8Array(4 * SERVERS_MAX);
  if (isIpv4) traffic.servers.forEach((server, index) => servers.set(ipBytes(server), 4 * index));
  return {
    next: 0,
    step: series.step,
    count: series.count,
    first: series.first,
    secondNext: 0,
    secondStep: traffic.second?.step ?? 0,
    secondCount: traffic.second?.count ?? 1,
    secondFirst: traffic.second?.first ?? 0,
    link: Uint8Array.of(...traffic.stationMac, ...CLIENT_MAC, ...(isIpv4 ? [0x08, 0x00] : [0x86, 0xdd])),
    length: frameLength(family),
    networkFirst: first,
    networkSum: sumOf(first) + sumOf(ttlProtocol),
    transportSum: addresses6 + pseudo + swapped(SERVICE_PORT) + sumOf(SEQUENCE),
    clients: CLIENTS,
    destinations: isIpv4 ? ipv4Number(traffic.service) : 0,
    destinationMask: traffic.services - 1,
    serverMask: Math.max(1, traffic.servers.length) - 1,
    servers,
    clientPrefix,
    destination6,
    sequence: SEQUENCE,
    flags: Uint8Array.of(0x50, traffic.flags, 0, 0),
    ttlProtocol,
    port: SERVICE_PORT,
    turn: 0,
  };
}
