// SPDX-License-Identifier: Apache-2.0
/** Bytes of a map <-> values of TypeScript, driven by the field tables of generated.ts. */
import { fitted, readScalar, sizeOf, writeScalar } from './scalars.js';
import type { Scalar } from './scalars.js';
import { bytesAt, putBytes } from './byte_fields.js';
import { readerOf, writerOf } from './struct_code.js';
import type { StructReader, StructWriter } from './struct_code.js';
import { viewOf } from './view.js';

export type { Scalar } from './scalars.js';

export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  /** An array of u8: a Uint8Array of just that length. */
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'array'; readonly element: FieldType; readonly stride: number; readonly length: number }
  | { readonly kind: 'struct'; readonly codec: Codec<never> };

export interface Field {
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly type: FieldType;
}

export interface Codec<T> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Copies: the result does not change with the bytes. Throws RangeError if they end too early. */
  decode(bytes: Uint8Array, offset?: number): T;
  /** `size` bytes, padding zero. Throws RangeError for a field that does not fit. */
  encode(value: T): Uint8Array;
  /** Encodes into zeroed bytes that exist already. */
  write(value: T, bytes: Uint8Array, offset: number): void;
}

/** A struct's codec, with where each field stands for those who read one field of many entries. */
export interface StructCodec<T> extends Codec<T> {
  readonly fields: readonly Field[];
  readonly offsets: { readonly [name in keyof T]: number };
}

export { IS_LITTLE_ENDIAN } from './scalars.js';

/** Elements of an mmap'ed ARRAY stand this many bytes apart. */
export function strideOf(valueSize: number): number {
  return Math.ceil(valueSize / 8) * 8;
}

export function scalar(name: Scalar): FieldType {
  return { kind: 'scalar', scalar: name };
}

export function bytes(length: number): FieldType {
  return { kind: 'bytes', length };
}

export function array(element: FieldType, stride: number, length: number): FieldType {
  return { kind: 'array', element, stride, length };
}

export function struct<T>(codec: Codec<T>): FieldType {
  return { kind: 'struct', codec: codec as Codec<never> };
}

export function field(name: string, offset: number, type: FieldType): Field {
  return { name, offset, type };
}

function encodeWith<T>(codec: Pick<Codec<T>, 'size' | 'write'>, value: T): Uint8Array {
  const target = new Uint8Array(codec.size);
  codec.write(value, target, 0);
  return target;
}

export function structCodec<T>(name: string, size: number, fields: readonly Field[]): StructCodec<T> {
  let reader: StructReader<T> | undefined;
  let writer: StructWriter<T> | undefined;
  const codec: StructCodec<T> = {
    name,
    size,
    fields,
    offsets: Object.fromEntries(fields.map((f) => [f.name, f.offset])) as StructCodec<T>['offsets'],
    decode(source, offset = 0) {
      if (offset + size > source.length) throw new RangeError(`no ${name} of ${size} bytes at ${offset}`);
      reader ??= readerOf<T>(fields);
      return reader(source, offset, viewOf(source), source.byteOffset + offset);
    },
    write(value, target, offset) {
      writer ??= writerOf<T>(name, fields);
      writer(value, target, offset, viewOf(target), target.byteOffset + offset);
    },
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}

/** A map whose key or value is no struct. */
export function scalarCodec<T extends number | bigint>(name: Scalar): Codec<T> {
  const codec: Codec<T> = {
    name,
    size: sizeOf(name),
    decode(source, offset = 0) {
      if (offset + codec.size > source.length) throw new RangeError(`no ${name} at ${offset}`);
      return readScalar(viewOf(source), source.byteOffset + offset, name) as T;
    },
    write: (value, target, offset) =>
      writeScalar(viewOf(target), target.byteOffset + offset, name, fitted(name, value, name)),
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}

/** What belongs to the kernel (a timer): bytes, as they are. */
export function opaqueCodec(name: string, size: number): Codec<Uint8Array> {
  const codec: Codec<Uint8Array> = {
    name,
    size,
    decode: (source, offset = 0) => bytesAt(source, offset, size),
    write: (value, target, offset) => putBytes(target, offset, size, value, name),
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}
