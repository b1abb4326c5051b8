// SPDX-License-Identifier: Apache-2.0
/** Integers of the header in bytes. */
import { endianness } from 'node:os';

/** As the header's types name them: be* in network order, the others in this machine's. */
export type Scalar = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'be16' | 'be32' | 'be64';

export const IS_LITTLE_ENDIAN = endianness() === 'LE';

type Accessor = 'Uint8' | 'Uint16' | 'Uint32' | 'BigUint64' | 'Int8' | 'Int16' | 'Int32' | 'BigInt64';

interface Kind {
  /** DataView's get and set of this name read and write it. */
  readonly accessor: Accessor;
  readonly isLittleEndian: boolean;
  readonly lowest: bigint;
  readonly highest: bigint;
}

function kind(accessor: Accessor, bits: number, isSigned: boolean, isLittleEndian = IS_LITTLE_ENDIAN): Kind {
  const span = 1n << BigInt(bits);
  const lowest = isSigned ? -(span / 2n) : 0n;
  return { accessor, isLittleEndian, lowest, highest: lowest + span - 1n };
}

export const KINDS: Readonly<Record<Scalar, Kind>> = {
  u8: kind('Uint8', 8, false),
  u16: kind('Uint16', 16, false),
  u32: kind('Uint32', 32, false),
  u64: kind('BigUint64', 64, false),
  s8: kind('Int8', 8, true),
  s16: kind('Int16', 16, true),
  s32: kind('Int32', 32, true),
  s64: kind('BigInt64', 64, true),
  be16: kind('Uint16', 16, false, false),
  be32: kind('Uint32', 32, false, false),
  be64: kind('BigUint64', 64, false, false),
};

/** Bytes. */
export function sizeOf(scalar: Scalar): number {
  return Number(scalar.replace(/\D/g, '')) / 8;
}

/** 64 bits are a bigint, fewer a number. */
export function isWide(scalar: Scalar): boolean {
  return sizeOf(scalar) === 8;
}

export function readScalar(view: DataView, at: number, scalar: Scalar): number | bigint {
  const { accessor, isLittleEndian } = KINDS[scalar];
  return view[`get${accessor}`](at, isLittleEndian);
}

export function writeScalar(view: DataView, at: number, scalar: Scalar, value: number | bigint): void {
  const { accessor, isLittleEndian } = KINDS[scalar];
  (view[`set${accessor}`] as (at: number, value: number | bigint, isLittleEndian: boolean) => void).call(
    view,
    at,
    value,
    isLittleEndian,
  );
}

/**
 * The value as its scalar is written: DataView wraps what does not fit, and a wrapped port or weight would be a silent error.
 * Throws RangeError, `name` saying where.
 */
export function fitted(scalar: Scalar, value: unknown, name: string): number | bigint {
  const { lowest, highest } = KINDS[scalar];
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  if (!isInteger) throw new RangeError(`${name} must be an integer, not ${String(value)}`);
  if ((value as number | bigint) < lowest || (value as number | bigint) > highest)
    throw new RangeError(`${name} must be from ${lowest} to ${highest}, not ${String(value)}`);
  return isWide(scalar) ? BigInt(value as number | bigint) : Number(value);
}
