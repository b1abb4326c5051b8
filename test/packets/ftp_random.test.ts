// SPDX-License-Identifier: Apache-2.0
/** Texts that FTP might and might not say, mutated, against a model of the helper that shares nothing with it. */
import assert from 'node:assert/strict';

import { directorTest } from '../support/director.js';
import type { Director } from '../support/director.js';
import { Random } from '../support/fuzz/random.js';
import { askedBy, bytesOf, optionsWith, toldOf } from './ftp_model.js';
import { Talk } from './ftp_talk.js';
import { IPV4 } from './scene.js';

const test = directorTest({ connections: 2 ** 13 });

const ROUNDS = 1500;
const REAL = '192.168.1.1';
const VIPS = ['10.9.0.1', '198.51.10.1', '198.51.100.100'];
const LINES = VIPS.flatMap((vip) => [`-A -t ${vip}:21 -s rr`, `-a -t ${vip}:21 -r ${REAL}:21 -m`]);

const COMMANDS = [
  'PASV\r\n',
  'EPSV\r\n',
  'EPSV 1\r\n',
  'PORT 10,1,0,2,200,1\r\n',
  'EPRT |1|10.1.0.2|51201|\r\n',
  'CWD there\r\nPASV\r\n',
  'NOOP\r\n',
];
const REPLIES = [
  '227 Entering Passive Mode (192,168,1,1,156,65).\r\n',
  '227 =192,168,1,1,156,65\r\n',
  '229 Entering Extended Passive Mode (|||40001|)\r\n',
  '229 Mode (|1|192.168.1.1|40001|)\r\n',
  '150 Here\r\n',
  '227 Mode (192,168,1,1,156,65)\r\n150 Here\r\n',
];
const SCRAPS = [
  '(',
  ')',
  ',',
  '|',
  '.',
  ' ',
  '\r\n',
  '0',
  '255',
  '256',
  '9',
  'x',
  '227 ',
  '229 ',
  'PASV',
  '\0',
  '\xff',
  ':',
  '||',
];

/** Nearly every second one as it is; the others with a few places changed. */
function textFrom(random: Random, texts: readonly string[]): string {
  let text = random.oneOf(texts);
  for (let i = random.below(4) - 1; i > 0; i--) {
    const at = random.below(text.length + 1);
    const gone = random.below(3);
    text = text.slice(0, at) + (random.below(3) ? random.oneOf(SCRAPS) : '') + text.slice(at + gone);
  }
  return text;
}

interface Round {
  readonly vip: string;
  readonly port: number;
  readonly command: string;
  readonly reply: string;
  readonly sequence: number;
}

function roundOf(random: Random, number: number): Round {
  return {
    vip: random.oneOf(VIPS),
    port: 1024 + number,
    command: textFrom(random, COMMANDS),
    reply: textFrom(random, REPLIES),
    sequence: (random.below(2) ? 0 : 0xffffffe0) + random.below(32),
  };
}

/** One control connection: something asked, something answered, and the numbers afterwards. */
function play(director: Director, { vip, port, command, reply, sequence }: Round): void {
  const client = `${IPV4.clientAddress}:${port}`;
  const control = new Talk(director, { client, virtual: `${vip}:21`, real: `${REAL}:21` }).open();
  control.assertRequest({ payload: bytesOf(command) });

  const asked = askedBy(command);
  const told = typeof asked === 'string' ? toldOf(reply, asked, vip) : undefined;
  control.assertReply({ payload: bytesOf(reply), sequence }, { payload: bytesOf(told?.text ?? reply) });

  const end = (sequence + reply.length) >>> 0;
  const shifted = (end + (told ? told.text.length - reply.length : 0)) >>> 0;
  control.assertReply({ payload: 'next', sequence: end }, { sequence: shifted });
  control.assertRequest({ acknowledged: shifted }, { acknowledged: end }, 'ACK');

  const expected = director.connections().filter((line) => line.startsWith('TCP LISTEN'));
  if (typeof asked === 'object')
    assert.ok(expected.includes(`TCP LISTEN ${asked.address}:${asked.port} ${vip}:20 ${REAL}:20`));
  if (told) assert.ok(expected.includes(`TCP LISTEN ${IPV4.clientAddress}:0 ${vip}:${told.port} ${REAL}:${told.port}`));
  control.fromServer({}, 'RST');
}

test(`${ROUNDS} control connections say what they like`, LINES, (director) => {
  const random = new Random(5);
  for (let number = 0; number < ROUNDS; number++) {
    const round = roundOf(random, number);
    try {
      play(director, round);
    } catch (error) {
      assert.fail(`${JSON.stringify(round)}: ${String(error)}`);
    }
  }
});

const SHIFT = '198.51.100.100'.length - REAL.length;
const AT = 0xffffff80;

function optionsFrom(random: Random): Buffer {
  const bytes: number[] = [];
  while (random.below(6) !== 0) {
    const kind = random.oneOf([0, 1, 1, 5, 5, 5, 8, random.below(256)]);
    const size = random.oneOf([10, 18, 2, 10, random.below(40)]);
    bytes.push(kind);
    if (kind > 1)
      bytes.push(
        size,
        ...Array.from({ length: Math.max(size - 2, 0) }, () => random.oneOf([0xff, 0, random.below(256)])),
      );
  }
  const whole = bytes.slice(0, 40);
  while (whole.length % 4 !== 0) whole.push(random.below(3));
  return Buffer.from(whole);
}

test('options of any kind, right or wrong, change in the edges they acknowledge alone', LINES, (director) => {
  const random = new Random(2018);
  const control = new Talk(director, { client: IPV4.client, virtual: '198.51.100.100:21', real: `${REAL}:21` }).open();
  control.assertRequest({ payload: 'PASV\r\n' });
  control.fromServer({ payload: REPLIES[0]!, sequence: AT });
  const forServer = (sequence: number): number => (((sequence - AT) | 0) > 0 ? (sequence - SHIFT) >>> 0 : sequence);
  for (let i = 0; i < 4000; i++) {
    const [tcpOptions, acknowledged] = [optionsFrom(random), (AT + random.below(400) - 200) >>> 0];
    control.assertRequest(
      { tcpOptions, acknowledged },
      { tcpOptions: optionsWith(tcpOptions, forServer), acknowledged: forServer(acknowledged) },
      'ACK',
    );
  }
});
