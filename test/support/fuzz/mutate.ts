// SPDX-License-Identifier: Apache-2.0
/** What is done to a well-formed frame: from one flipped bit to headers put in, cut off or taken from another frame. */
import { internetChecksum } from '../frames/checksum.js';
import type { Random } from './random.js';

const ETHERNET = 14;
const LONGEST = 2000;
const BYTES = [
  0, 1, 2, 4, 5, 6, 7, 8, 15, 16, 17, 20, 32, 40, 43, 44, 47, 50, 51, 58, 59, 60, 64, 127, 128, 132, 224, 254, 255,
];
const WORDS = [
  0, 1, 7, 8, 19, 20, 21, 28, 39, 40, 48, 0x0800, 0x8100, 0x88a8, 0x86dd, 0x2000, 0x4000, 0x1fff, 0x7fff, 0x8000,
  0xffff,
];
const SPECIAL = [
  '00000000',
  'ffffffff',
  '7f000001',
  'e0000001',
  '0a0100ff',
  '0a010002',
  '0a090401',
  'c0a80101',
  'c0a801fe',
];
const HEADERS = [
  '81000007',
  '88a80064',
  '0800',
  '86dd',
  '0701040000000000',
  '3c00010400000000',
  '2b00000000000000',
  '2c00000112345678',
  '45000014000040004004000001020304',
  '3300000000000000',
  '0b00000000000000',
  '0304000000000578',
];

type Mutation = (frame: Buffer, random: Random, other: Buffer) => Buffer;

function setByte(frame: Buffer, at: number, value: number): Buffer {
  if (at < frame.length) frame[at] = value;
  return frame;
}

function setWord(frame: Buffer, at: number, value: number): Buffer {
  if (at + 2 <= frame.length) frame.writeUInt16BE(value & 0xffff, at);
  return frame;
}

/** Nearly all that is decided by is in the first hundred bytes. */
function place(frame: Buffer, random: Random): number {
  return random.below(random.below(8) === 0 ? frame.length : Math.min(frame.length, 110));
}

function networkOf(frame: Buffer): number {
  let at = 12;
  while (at + 6 < frame.length && [0x8100, 0x88a8].includes(frame.readUInt16BE(at)) && at < 20) at += 4;
  return at + 2;
}

const flipBit: Mutation = (frame, random) => {
  const at = place(frame, random);
  return setByte(frame, at, frame[at]! ^ (1 << random.below(8)));
};

const setInteresting: Mutation = (frame, random) => setByte(frame, place(frame, random), random.oneOf(BYTES));

const setInterestingWord: Mutation = (frame, random) => setWord(frame, place(frame, random), random.oneOf(WORDS));

const nudgeWord: Mutation = (frame, random) => {
  const at = place(frame, random);
  return at + 2 > frame.length ? frame : setWord(frame, at, frame.readUInt16BE(at) + random.below(17) - 8);
};

const truncate: Mutation = (frame, random) => frame.subarray(0, Math.max(ETHERNET, random.below(frame.length) + 1));

const pad: Mutation = (frame, random) => Buffer.concat([frame, Buffer.alloc(1 + random.below(64), random.below(256))]);

/** Where lengths, protocols, fragments, hops and checksums stand. */
const editField: Mutation = (frame, random) => {
  const network = networkOf(frame);
  const at = network + random.oneOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 24, 26, 28, 32, 33, 40, 44, 46, 52, 53]);
  return random.below(2) ? setByte(frame, at, random.oneOf(BYTES)) : setByte(frame, at, random.below(256));
};

const insertHeader: Mutation = (frame, random) => {
  const network = networkOf(frame);
  const at = Math.min(frame.length, network + random.oneOf([-2, 0, 8, 20, 28, 40, 48]));
  const header = Buffer.from(random.oneOf(HEADERS), 'hex');
  return Buffer.concat([frame.subarray(0, at), header, frame.subarray(at)]);
};

const removeBytes: Mutation = (frame, random) => {
  const at = ETHERNET + random.below(Math.max(1, frame.length - ETHERNET));
  const rest = frame.subarray(at + random.oneOf([1, 2, 4, 8, 20, 40]));
  return Buffer.concat([frame.subarray(0, at), rest]);
};

const splice: Mutation = (frame, random, other) => {
  const at = Math.min(frame.length, other.length, ETHERNET + random.below(90));
  return Buffer.concat([frame.subarray(0, at), other.subarray(at)]);
};

/** The whole other packet behind this one's headers: tunnels and quotes that nobody made. */
const nest: Mutation = (frame, random, other) => {
  const at = Math.min(frame.length, networkOf(frame) + random.oneOf([20, 28, 40, 48]));
  return Buffer.concat([frame.subarray(0, at), other.subarray(networkOf(other))]);
};

const swapAddresses: Mutation = (frame, random) => {
  const network = networkOf(frame);
  const [at, size] = random.oneOf([
    [0, 6],
    [network + 12, 4],
    [network + 8, 16],
    [network + 20, 2],
    [network + 40, 2],
    [network + 28 + 12, 4],
  ] as const);
  if (at + 2 * size > frame.length) return frame;
  const first = Buffer.from(frame.subarray(at, at + size));
  frame.copy(frame, at, at + size, at + 2 * size);
  first.copy(frame, at + size);
  return frame;
};

const setAddress: Mutation = (frame, random) => {
  const at = networkOf(frame) + random.oneOf([8, 12, 16, 24, 28 + 12, 28 + 16]);
  if (at + 4 <= frame.length) frame.set(Buffer.from(random.oneOf(SPECIAL), 'hex'), at);
  return frame;
};

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setInteresting,
  setInterestingWord,
  nudgeWord,
  truncate,
  pad,
  editField,
  editField,
  insertHeader,
  removeBytes,
  splice,
  nest,
  swapAddresses,
  setAddress,
];

/** Without these most mutated frames would end at the first look. */
function mendLength(frame: Buffer, network: number): void {
  const length = frame.length - network;
  if (frame[network]! >> 4 === 4 && length >= 20) frame.writeUInt16BE(length, network + 2);
  if (frame[network]! >> 4 === 6 && length >= 40) frame.writeUInt16BE(length - 40, network + 4);
}

function mendHeaderChecksum(frame: Buffer, network: number): void {
  const end = network + (frame[network]! & 15) * 4;
  if (frame[network]! >> 4 !== 4 || end > frame.length || end < network + 20) return;
  frame.writeUInt16BE(0, network + 10);
  frame.writeUInt16BE(internetChecksum(frame.subarray(network, end)), network + 10);
}

function mendIcmpChecksum(frame: Buffer, network: number): void {
  const at = network + (frame[network]! & 15) * 4;
  if (frame[network]! >> 4 !== 4 || frame[network + 9] !== 1 || at + 8 > frame.length) return;
  const end = Math.min(frame.length, network + frame.readUInt16BE(network + 2));
  if (end < at + 8) return;
  frame.writeUInt16BE(0, at + 2);
  frame.writeUInt16BE(internetChecksum(frame.subarray(at, end)), at + 2);
}

/** A frame of its own; `other` lends parts. */
export function mutate(seed: Buffer, other: Buffer, random: Random): Buffer {
  let frame: Buffer = Buffer.from(seed);
  for (let left = random.oneOf([1, 1, 1, 2, 2, 3, 5]); left > 0; left--)
    frame = random.oneOf(MUTATIONS)(frame, random, other);
  if (frame.length < ETHERNET) frame = Buffer.concat([frame, Buffer.alloc(ETHERNET - frame.length)]);
  if (frame.length > LONGEST) frame = frame.subarray(0, LONGEST);
  const network = networkOf(frame);
  if (network >= frame.length) return frame;
  if (random.below(2)) mendLength(frame, network);
  if (random.below(4)) mendHeaderChecksum(frame, network);
  if (random.below(2)) mendIcmpChecksum(frame, network);
  return frame;
}
