// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Codec, Field, FieldType } from '../../src/abi/codec.js';
import { IS_LITTLE_ENDIAN } from '../../src/abi/codec.js';
import * as generated from '../../src/abi/generated.js';
import {
  KEY_CODECS,
  MAPS,
  VALUE_CODECS,
  connectionCodec,
  memberCodec,
  serviceKeyCodec,
  serviceRecordCodec,
  settingsCodec,
  stationCodec,
} from '../../src/abi/generated.js';
import { defaultSettings } from '../../src/kernel/load.js';

const HTTP: generated.ServiceKey = {
  address: Uint8Array.from([192, 0, 2, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  port: 80,
  protocol: 6,
  family: generated.Family.FAMILY_IPV4,
  mark: 0x01020304,
};

test("ports are in network order, other integers in this machine's", () => {
  const bytes = Buffer.from(serviceKeyCodec.encode(HTTP));
  assert.equal(bytes.toString('hex', 0, 20), 'c0000250000000000000000000000000' + '0050' + '06' + '04');
  assert.equal(bytes.toString('hex', 20), IS_LITTLE_ENDIAN ? '04030201' : '01020304');
  assert.deepEqual(serviceKeyCodec.decode(bytes), HTTP);
});

test('a struct is read from within other bytes, and its copy does not follow them', () => {
  const bytes = new Uint8Array(100);
  serviceKeyCodec.write(HTTP, bytes, 33);
  const read = serviceKeyCodec.decode(bytes.subarray(1), 32);
  bytes.fill(0xff);
  assert.deepEqual(read, HTTP);
});

test('padding is written as zero', () => {
  const member = memberCodec.decode(new Uint8Array(memberCodec.size).fill(0xff));
  const bytes = memberCodec.encode({ ...member, method: 0, tunnelType: 0, tunnelFlags: 0 });
  const { method } = memberCodec.offsets;
  assert.deepEqual([...bytes.subarray(method, method + 8)], [0, 0, 0, 0, 0xff, 0xff, 0, 0]);
});

test('what does not fit its field is refused, not wrapped', () => {
  assert.throws(
    () => serviceKeyCodec.encode({ ...HTTP, port: 65536 }),
    /service_key\.port must be from 0 to 65535, not 65536/,
  );
  assert.throws(() => serviceKeyCodec.encode({ ...HTTP, mark: 0.5 }), /service_key\.mark must be an integer/);
  assert.throws(() => serviceKeyCodec.encode({ ...HTTP, address: new Uint8Array(4) }), /Uint8Array of 16 bytes/);
  assert.throws(() => settingsCodec.encode({ ...defaultSettings(250), timeout: [1, 2] }), /an array of 26/);
  const weight = { ...memberCodec.decode(new Uint8Array(memberCodec.size)), weight: -(2 ** 31) - 1 };
  assert.throws(() => memberCodec.encode(weight), /member\.weight must be from -2147483648 to 2147483647/);
});

test('many words are read and written like one', () => {
  const settings = settingsCodec.decode(new Uint8Array(settingsCodec.size));
  const concerns = settings.concerns.map((_, index) => 2n ** 64n - 1n - BigInt(index));
  const bytes = settingsCodec.encode({ ...settings, concerns });
  assert.deepEqual(settingsCodec.decode(bytes).concerns, concerns);
  assert.equal(
    new DataView(bytes.buffer).getBigUint64(settingsCodec.offsets.concerns + 8, IS_LITTLE_ENDIAN),
    concerns[1],
  );
  for (const wrong of [-1n, 2n ** 64n, 0.5, '1']) {
    const misfit = concerns.with(7, wrong as bigint);
    assert.throws(() => settingsCodec.encode({ ...settings, concerns: misfit }), /settings\.concerns\[7\] must be /);
  }
  assert.throws(() => settingsCodec.encode({ ...settings, concerns: [1n] }), /must be an array of 1024/);
  assert.throws(() => settingsCodec.decode(bytes.subarray(0, 4096)), RangeError);
});

test('bytes that end too early are refused', () => {
  assert.throws(() => serviceKeyCodec.decode(new Uint8Array(23)), RangeError);
  assert.throws(() => stationCodec.decode(new Uint8Array(5)), RangeError);
});

test('a connection is one cache line, its fields where the header puts them', () => {
  assert.equal(connectionCodec.size, 64);
  const { tag, expires, addresses, sourcePort, state, realServer, clientInterface } = connectionCodec.offsets;
  assert.deepEqual(
    [tag, expires, addresses, sourcePort, state, realServer, clientInterface],
    [0, 4, 8, 40, 46, 48, 62],
  );
});

test('one struct stands within another', () => {
  const record = serviceRecordCodec.decode(new Uint8Array(serviceRecordCodec.size));
  const bytes = serviceRecordCodec.encode({ ...record, key: HTTP, zeroed: { ...record.zeroed, outBytes: 2n ** 63n } });
  assert.deepEqual(serviceRecordCodec.decode(bytes).key, HTTP);
  assert.equal(serviceRecordCodec.decode(bytes).zeroed.outBytes, 2n ** 63n);
});

let seed = 12345;
function random(below: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

function randomValue(type: FieldType): unknown {
  switch (type.kind) {
    case 'scalar': {
      const bits = Number(type.scalar.replace(/\D/g, ''));
      if (bits === 64)
        return type.scalar.startsWith('s') ? -BigInt(random(2 ** 31)) : (BigInt(random(2 ** 32)) << 32n) | 7n;
      return type.scalar.startsWith('s') ? random(2 ** bits) - 2 ** (bits - 1) : random(2 ** bits);
    }
    case 'bytes':
      return Uint8Array.from({ length: type.length }, () => random(256));
    case 'array':
      return Array.from({ length: type.length }, () => randomValue(type.element));
    case 'struct':
      return randomStruct(type.codec as unknown as { fields: readonly Field[] });
  }
}

function randomStruct({ fields }: { fields: readonly Field[] }): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, randomValue(field.type)]));
}

test('decoding undoes encoding, for every struct of every map', () => {
  const codecs = [...Object.values(KEY_CODECS), ...Object.values(VALUE_CODECS)] as Codec<unknown>[];
  const structs = codecs.filter((codec) => 'fields' in codec);
  assert.ok(structs.length > 10);
  for (const codec of structs) {
    for (let round = 0; round < 20; round++) {
      const value = randomStruct(codec as unknown as { fields: readonly Field[] });
      assert.deepEqual(codec.decode(codec.encode(value)), value, codec.name);
    }
  }
});

test("a map's codecs have its sizes", () => {
  for (const [name, { keySize, valueSize }] of Object.entries(MAPS)) {
    assert.equal(KEY_CODECS[name as generated.MapName].size, keySize, name);
    assert.equal(VALUE_CODECS[name as generated.MapName].size, valueSize, name);
  }
});
