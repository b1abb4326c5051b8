// SPDX-License-Identifier: Apache-2.0
/**
 * Functions that read and write one struct, written out as source for its fields alone. A command reads a hundred thousand
 * entries: walking a table of fields for each takes ten times as long (measured: 400 ns an entry against 30).
 */
import { bytesAt, putBytes, putWords, wordsAt } from './byte_fields.js';
import type { Codec, Field, FieldType } from './codec.js';
import type { Scalar } from './scalars.js';
import { KINDS, fitted, isWide } from './scalars.js';

/** `at`: where in the view's buffer the struct begins, which is `offset` in `source`. */
export type StructReader<T> = (source: Uint8Array, offset: number, view: DataView, at: number) => T;

/** Throws RangeError for a field that does not fit. */
export type StructWriter<T> = (value: T, target: Uint8Array, offset: number, view: DataView, at: number) => void;

/** Codecs of structs within the struct: source text names them by index. */
type Inner = Codec<never>[];

export function readerOf<T>(fields: readonly Field[]): StructReader<T> {
  const inner: Inner = [];
  const parts = fields.map(({ name, offset, type }) => `${name}: ${readText(type, offset, inner)}`);
  const source = `return (source, offset, view, at) => ({ ${parts.join(', ')} });`;
  return made(source, { inner, bytesAt, wordsAt }) as StructReader<T>;
}

export function writerOf<T>(struct: string, fields: readonly Field[]): StructWriter<T> {
  const inner: Inner = [];
  const parts = fields.map(({ name, offset, type }) =>
    writeText(type, offset, `value.${name}`, `'${struct}.${name}'`, inner),
  );
  const source = `return (value, target, offset, view, at) => { ${parts.join(' ')} };`;
  return made(source, { inner, fitted, putBytes, putWords, listOf }) as StructWriter<T>;
}

/** The names are this module's functions; the text comes from generated.ts alone. */
function made(source: string, names: Readonly<Record<string, unknown>>): unknown {
  return new Function(...Object.keys(names), source)(...Object.values(names));
}

function readText(type: FieldType, place: number | string, inner: Inner): string {
  switch (type.kind) {
    case 'scalar':
      return `view.get${KINDS[type.scalar].accessor}(at + ${place}, ${KINDS[type.scalar].isLittleEndian})`;
    case 'bytes':
      return `bytesAt(source, offset + ${place}, ${type.length})`;
    case 'array':
      if (isOfWords(type)) return `wordsAt(source, offset + ${place}, ${type.length})`;
      return `Array.from({ length: ${type.length} }, (_, i) => ${readText(type.element, `${place} + i * ${type.stride}`, inner)})`;
    case 'struct':
      return `inner[${inner.push(type.codec) - 1}].decode(source, offset + ${place})`;
  }
}

function writeText(type: FieldType, place: number | string, value: string, name: string, inner: Inner): string {
  switch (type.kind) {
    case 'scalar':
      return writeScalarText(type.scalar, place, value, name);
    case 'bytes':
      return `putBytes(target, offset + ${place}, ${type.length}, ${value}, ${name});`;
    case 'array': {
      if (isOfWords(type))
        return `putWords(target, offset + ${place}, listOf(${value}, ${type.length}, ${name}), ${name});`;
      const element = writeText(
        type.element,
        `${place} + i * ${type.stride}`,
        'each',
        `${name} + '[' + i + ']'`,
        inner,
      );
      return `listOf(${value}, ${type.length}, ${name}).forEach((each, i) => { ${element} });`;
    }
    case 'struct':
      return `inner[${inner.push(type.codec) - 1}].write(${value}, target, offset + ${place});`;
  }
}

/** A thousand of them are read and written at once: a command is over before such a loop would be compiled. */
function isOfWords({ element, stride }: FieldType & { kind: 'array' }): boolean {
  return element.kind === 'scalar' && element.scalar === 'u64' && stride === 8;
}

/** What fits, as nearly all does, is written at once. */
function writeScalarText(scalar: Scalar, place: number | string, value: string, name: string): string {
  const { accessor, isLittleEndian, lowest, highest } = KINDS[scalar];
  const set = (text: string) => `view.set${accessor}(at + ${place}, ${text}, ${isLittleEndian});`;
  const checked = set(`fitted('${scalar}', ${value}, ${name})`);
  if (isWide(scalar)) return checked;
  return `if (Number.isInteger(${value}) && ${value} >= ${lowest} && ${value} <= ${highest}) ${set(value)} else ${checked}`;
}

function listOf(value: unknown, length: number, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw new RangeError(`${name} must be an array of ${length}`);
  return value as unknown[];
}
