// SPDX-License-Identifier: Apache-2.0
/**
 * Which Call-ID a text has: of 2,268 texts what IPVS of Linux 6.1 took for it (a list of [text, Call-ID or null], both of
 * Latin-1's characters), of long random ones what a model of it does, whole and in fragments.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test as pureTest } from 'node:test';

import { INTERFACE_CUTS, INTERFACE_SENDS } from '../../src/abi/generated.js';
import type { Director } from '../support/director.js';
import { directorTest } from '../support/director.js';
import { ethernet, ipFragment, parsePacket, udp } from '../support/frames.js';
import { callIn } from './call_model.js';
import { FROM_CLIENT } from './scene.js';

const RECORDED = JSON.parse(readFileSync('test/reference/sip_texts.json', 'utf8')) as [string, string | null][];

const test = directorTest({ connections: 8192 });
const VIP = '10.9.0.1:5060';
const SERVICE = [`-A -u ${VIP} -s rr -p 3000 --ops --pe sip`, `-a -u ${VIP} -r 192.168.1.1:5060 -g`];

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Each text has a client of its own. */
function clientOf(index: number): string {
  return `10.2.${index >> 7}.${(index & 127) + 1}`;
}

/** By client, of what there is a template for. */
function found(director: Director): Map<string, string> {
  return new Map(
    director.connections().map((line) => {
      const [, client, call] = / (\S+):0 \S+ \S+ sip (.*)$/s.exec(line)!;
      return [client!, call!];
    }),
  );
}

function wanted(calls: readonly (string | null)[]): Map<string, string> {
  return new Map(calls.flatMap((call, index) => (call === null ? [] : [[clientOf(index), call]])));
}

function byClient(map: Map<string, string>): string[][] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}

pureTest('the model takes for a Call-ID what was recorded', () => {
  for (const [text, call] of RECORDED) assert.equal(callIn(latin1(text))?.toString('latin1') ?? null, call, text);
});

test('the data plane takes for a Call-ID what was recorded', SERVICE, (director) => {
  RECORDED.forEach(([text], index) => {
    const { outcome } = director.receive(ethernet(udp(`${clientOf(index)}:5060`, VIP, latin1(text)), FROM_CLIENT));
    assert.match(outcome, RECORDED[index]![1] === null ? /^NO_CALL_ID$/ : /^FORWARDED_DIRECT_ROUTE$/, text);
  });
  assert.deepEqual(byClient(found(director)), byClient(wanted(RECORDED.map(([, call]) => call))));
});

/** Of a seed, so that what fails once fails again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Recorded texts one after the other, between lines of any length, so that each begins anywhere. */
function longText(random: (below: number) => number, longest: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; size < longest; size += parts.at(-1)!.length) {
    const filler = Buffer.alloc(random(700), 'x');
    const text = latin1(RECORDED[random(RECORDED.length)]![0]);
    parts.push(Buffer.concat([filler, Buffer.from('\r\n'), random(8) === 0 ? text : text.subarray(0, random(40))]));
  }
  return Buffer.concat(parts).subarray(0, longest);
}

test('a Call-ID may be anywhere in a long text', SERVICE, (director) => {
  const random = generator(19);
  const texts = Array.from({ length: 400 }, () => longText(random, 200 + random(3000)));
  texts.forEach((text, index) => {
    director.receive(ethernet(udp(`${clientOf(index)}:5060`, VIP, text), FROM_CLIENT));
  });
  const calls = texts.map((text) => callIn(text)?.toString('latin1') ?? null);
  assert.deepEqual(byClient(found(director)), byClient(wanted(calls)));
  assert.ok(calls.filter(Boolean).length > 50);
});

test('and in any fragment, or in two of them, which come in any order', SERVICE, (director) => {
  director.changeInterface('lan', { flags: INTERFACE_CUTS | INTERFACE_SENDS });
  const random = generator(7);
  const texts = Array.from({ length: 120 }, (_, index) => longText(random, index < 4 ? 65_000 : 200 + random(9000)));
  texts.forEach((text, index) => {
    for (const frame of fragments(clientOf(index), text, random)) director.receive(frame);
  });
  const calls = texts.map((text) => callIn(text)?.toString('latin1') ?? null);
  assert.deepEqual(byClient(found(director)), byClient(wanted(calls)));
  assert.ok(calls.filter(Boolean).length > 20);
});

const UDP = 17;

function fragments(client: string, text: Buffer, random: (below: number) => number): Buffer[] {
  const datagram = Buffer.from(parsePacket(udp(`${client}:5060`, VIP, text)).payload);
  const least = Math.ceil(datagram.length / 60);
  const size = Math.ceil((least + 64 + random(1300)) / 8) * 8;
  const ends = { source: client, destination: VIP.replace(/:.*/, '') };
  const frames: Buffer[] = [];
  for (let begin = 0; begin < datagram.length; begin += size) {
    const piece = datagram.subarray(begin, begin + size);
    const frame = ethernet(ipFragment(ends, UDP, piece, begin, begin + size < datagram.length), FROM_CLIENT);
    frames.splice(random(frames.length + 1), 0, frame);
  }
  return frames;
}
