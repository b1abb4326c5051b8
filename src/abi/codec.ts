// SPDX-License-Identifier: Apache-2.0
/** Bytes of a map <-> values of TypeScript, driven by the field tables of generated.ts. */
import { endianness } from 'node:os';

/** Integers as the header's types name them: be* in network order, the others in this machine's. */
export type Scalar = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'be16' | 'be32' | 'be64';

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

export const IS_LITTLE_ENDIAN = endianness() === 'LE';

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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readScalar(view: DataView, offset: number, scalar: Scalar): number | bigint {
  switch (scalar) {
    case 'u8':
      return view.getUint8(offset);
    case 'u16':
      return view.getUint16(offset, IS_LITTLE_ENDIAN);
    case 'u32':
      return view.getUint32(offset, IS_LITTLE_ENDIAN);
    case 'u64':
      return view.getBigUint64(offset, IS_LITTLE_ENDIAN);
    case 's8':
      return view.getInt8(offset);
    case 's16':
      return view.getInt16(offset, IS_LITTLE_ENDIAN);
    case 's32':
      return view.getInt32(offset, IS_LITTLE_ENDIAN);
    case 's64':
      return view.getBigInt64(offset, IS_LITTLE_ENDIAN);
    case 'be16':
      return view.getUint16(offset);
    case 'be32':
      return view.getUint32(offset);
    case 'be64':
      return view.getBigUint64(offset);
  }
}

function writeScalar(view: DataView, offset: number, scalar: Scalar, value: number | bigint): void {
  switch (scalar) {
    case 'u8':
      return view.setUint8(offset, Number(value));
    case 'u16':
      return view.setUint16(offset, Number(value), IS_LITTLE_ENDIAN);
    case 'u32':
      return view.setUint32(offset, Number(value), IS_LITTLE_ENDIAN);
    case 'u64':
      return view.setBigUint64(offset, BigInt(value), IS_LITTLE_ENDIAN);
    case 's8':
      return view.setInt8(offset, Number(value));
    case 's16':
      return view.setInt16(offset, Number(value), IS_LITTLE_ENDIAN);
    case 's32':
      return view.setInt32(offset, Number(value), IS_LITTLE_ENDIAN);
    case 's64':
      return view.setBigInt64(offset, BigInt(value), IS_LITTLE_ENDIAN);
    case 'be16':
      return view.setUint16(offset, Number(value));
    case 'be32':
      return view.setUint32(offset, Number(value));
    case 'be64':
      return view.setBigUint64(offset, BigInt(value));
  }
}

function bitsOf(scalar: Scalar): number {
  return Number(scalar.replace(/\D/g, ''));
}

/** DataView wraps what does not fit; a wrapped port or weight would be a silent error. */
function checkFits(scalar: Scalar, value: unknown, name: string): number | bigint {
  const bits = BigInt(bitsOf(scalar));
  const isSigned = scalar.startsWith('s');
  const lowest = isSigned ? -(1n << (bits - 1n)) : 0n;
  const highest = isSigned ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  if (!isInteger) throw new RangeError(`${name} must be an integer, not ${String(value)}`);
  if ((value as number | bigint) < lowest || (value as number | bigint) > highest)
    throw new RangeError(`${name} must be from ${lowest} to ${highest}, not ${String(value)}`);
  return value as number | bigint;
}

function readField(source: Uint8Array, view: DataView, offset: number, type: FieldType): unknown {
  switch (type.kind) {
    case 'scalar':
      return readScalar(view, offset, type.scalar);
    case 'bytes':
      if (offset + type.length > source.length) throw new RangeError(`no ${type.length} bytes at ${offset}`);
      return Uint8Array.from(source.subarray(offset, offset + type.length));
    case 'array':
      return Array.from({ length: type.length }, (_, i) =>
        readField(source, view, offset + i * type.stride, type.element),
      );
    case 'struct':
      return type.codec.decode(source, offset);
  }
}

function writeBytes(target: Uint8Array, offset: number, length: number, value: unknown, name: string): void {
  if (!(value instanceof Uint8Array) || value.length !== length)
    throw new RangeError(`${name} must be a Uint8Array of ${length} bytes`);
  target.set(value, offset);
}

function writeField(target: Uint8Array, view: DataView, offset: number, type: FieldType, value: unknown, name: string) {
  switch (type.kind) {
    case 'scalar':
      return writeScalar(view, offset, type.scalar, checkFits(type.scalar, value, name));
    case 'bytes':
      return writeBytes(target, offset, type.length, value, name);
    case 'array': {
      if (!Array.isArray(value) || value.length !== type.length)
        throw new RangeError(`${name} must be an array of ${type.length}`);
      value.forEach((element, i) =>
        writeField(target, view, offset + i * type.stride, type.element, element, `${name}[${i}]`),
      );
      return;
    }
    case 'struct':
      return type.codec.write(value as never, target, offset);
  }
}

function encodeWith<T>(codec: Pick<Codec<T>, 'size' | 'write'>, value: T): Uint8Array {
  const target = new Uint8Array(codec.size);
  codec.write(value, target, 0);
  return target;
}

export function structCodec<T>(name: string, size: number, fields: readonly Field[]): StructCodec<T> {
  const codec: StructCodec<T> = {
    name,
    size,
    fields,
    offsets: Object.fromEntries(fields.map((f) => [f.name, f.offset])) as StructCodec<T>['offsets'],
    decode(source, offset = 0) {
      const view = viewOf(source);
      const value: Record<string, unknown> = {};
      for (const f of fields) value[f.name] = readField(source, view, offset + f.offset, f.type);
      return value as T;
    },
    write(value, target, offset) {
      const view = viewOf(target);
      for (const f of fields) {
        const given = (value as Record<string, unknown>)[f.name];
        writeField(target, view, offset + f.offset, f.type, given, `${name}.${f.name}`);
      }
    },
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}

/** A map whose key or value is no struct. */
export function scalarCodec<T extends number | bigint>(name: Scalar): Codec<T> {
  const codec: Codec<T> = {
    name,
    size: bitsOf(name) / 8,
    decode: (source, offset = 0) => readScalar(viewOf(source), offset, name) as T,
    write: (value, target, offset) => writeScalar(viewOf(target), offset, name, checkFits(name, value, name)),
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}

/** What belongs to the kernel (a timer): bytes, as they are. */
export function opaqueCodec(name: string, size: number): Codec<Uint8Array> {
  const codec: Codec<Uint8Array> = {
    name,
    size,
    decode: (source, offset = 0) => Uint8Array.from(source.subarray(offset, offset + size)),
    write: (value, target, offset) => writeBytes(target, offset, size, value, name),
    encode: (value) => encodeWith(codec, value),
  };
  return codec;
}
