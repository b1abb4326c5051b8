// SPDX-License-Identifier: Apache-2.0
/**
 * What the data plane counts, read from the shared memory of its maps. Every 64-bit counter is read in one load, so that
 * a reader never sees half of an increment.
 */
import { type Estimate, estimateCodec, loadCodec, trafficCodec } from '../abi/generated.js';
import type { Counts, Load } from './source.js';

const TRAFFIC = trafficCodec.offsets;
const TRAFFIC_WORDS = trafficCodec.size / 8;
/** As bpf/maps.h has it. */
const OUTCOMES_PER_CPU = 64;

export interface TrafficShape {
  readonly cpus: number;
  /** Capacity of real_servers: each CPU's share stands this far from the next one's. */
  readonly servers: number;
}

/** One real server's traffic, summed over CPUs. */
export function trafficOf(traffic: ArrayBuffer, { cpus, servers }: TrafficShape, number: number): Counts {
  const words = new BigUint64Array(traffic);
  const sum = { ...NOTHING };
  for (let cpu = 0; cpu < cpus; cpu++) addShare(sum, words, (cpu * servers + number) * TRAFFIC_WORDS);
  return sum;
}

/** The traffic of all numbers, those no longer in use too. */
export function totalTraffic(traffic: ArrayBuffer, { cpus, servers }: TrafficShape): Counts {
  const words = new BigUint64Array(traffic);
  const sum = { ...NOTHING };
  for (let share = 0; share < cpus * servers; share++) addShare(sum, words, share * TRAFFIC_WORDS);
  return sum;
}

/** As totalTraffic, for each CPU. */
export function trafficByCpu(traffic: ArrayBuffer, { cpus, servers }: TrafficShape): Counts[] {
  const words = new BigUint64Array(traffic);
  return Array.from({ length: cpus }, (_, cpu) => {
    const sum = { ...NOTHING };
    for (let share = cpu * servers; share < (cpu + 1) * servers; share++) addShare(sum, words, share * TRAFFIC_WORDS);
    return sum;
  });
}

type Sum = { -readonly [K in keyof Counts]: Counts[K] };

const NOTHING: Counts = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };

function addShare(sum: Sum, words: BigUint64Array, at: number): void {
  const inPackets = words[at + TRAFFIC.inPackets / 8]!;
  const outPackets = words[at + TRAFFIC.outPackets / 8]!;
  const connections = words[at + TRAFFIC.connections / 8]!;
  // Most shares are of numbers or CPUs that never carried anything; adding their zeros is what would cost.
  if (inPackets === 0n && outPackets === 0n && connections === 0n) return;
  sum.connections += connections;
  sum.inPackets += inPackets;
  sum.outPackets += outPackets;
  sum.inBytes += words[at + TRAFFIC.inBytes / 8]!;
  sum.outBytes += words[at + TRAFFIC.outBytes / 8]!;
}

export function loadOf(loads: ArrayBuffer, number: number): Load {
  return loadCodec.decode(new Uint8Array(loads), number * loadCodec.size);
}

/** Per second, in whole units, rounded as net/netfilter/ipvs/ip_vs_est.c's ip_vs_read_estimator does. */
export interface Rates {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

/**
 * Of one real server, or of a service by all its real servers: an average of sums is the sum of averages, so a service
 * needs none of its own.
 */
export function ratesOf(estimates: ArrayBuffer, numbers: readonly number[]): Rates {
  const bytes = new Uint8Array(estimates);
  const each = numbers.map((number) => estimateCodec.decode(bytes, number * estimateCodec.size));
  const sum = (rate: (estimate: Estimate) => bigint): bigint => each.reduce((total, one) => total + rate(one), 0n);
  return {
    connections: wholeEvents(sum((estimate) => estimate.connectionRate)),
    inPackets: wholeEvents(sum((estimate) => estimate.inPacketRate)),
    outPackets: wholeEvents(sum((estimate) => estimate.outPacketRate)),
    inBytes: wholeBytes(sum((estimate) => estimate.inByteRate)),
    outBytes: wholeBytes(sum((estimate) => estimate.outByteRate)),
  };
}

/** Connections and packets are kept in 1/1024 a second. */
function wholeEvents(scaled: bigint): number {
  return Number((scaled + 0x1ffn) >> 10n);
}

/** Bytes are kept in 1/32 a second. */
function wholeBytes(scaled: bigint): number {
  return Number((scaled + 0xfn) >> 5n);
}

/** Packets by number in enum outcome, summed over CPUs. */
export function sumOutcomes(outcomes: ArrayBuffer, cpus: number): bigint[] {
  const words = new BigUint64Array(outcomes);
  const sums = new Array<bigint>(OUTCOMES_PER_CPU).fill(0n);
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (let outcome = 0; outcome < OUTCOMES_PER_CPU; outcome++) {
      sums[outcome]! += words[cpu * OUTCOMES_PER_CPU + outcome]!;
    }
  }
  return sums;
}
