// SPDX-License-Identifier: Apache-2.0
/** A layout as the text of generated.ts. */
import { createHash } from 'node:crypto';

import type { EnumLayout, Layout, MapOfObject, Shape, StructLayout } from './layout.js';

export function printLayout(layout: Layout): string {
  const body = [
    printAbi(layout),
    layout.constants.map(([name, number]) => `export const ${name} = ${number};`).join('\n'),
    ...layout.enums.map(printEnum),
    ...inOrderOfUse(layout.structs).map(printStruct),
    printMaps(layout.maps),
  ].join('\n\n');
  return `${printHeading(body)}\n\n${body}`;
}

const MAKERS = ['array', 'bytes', 'field', 'opaqueCodec', 'scalar', 'scalarCodec', 'struct', 'structCodec'];

function printHeading(body: string): string {
  const used = MAKERS.filter((maker) => new RegExp(`\\b${maker}\\(`).test(body));
  return `// SPDX-License-Identifier: Apache-2.0
/** Made by tools/abi.ts from the BTF of the compiled object and bpf/abi.h. Do not edit: run it again. */
import type { Codec, StructCodec } from './codec.js';
import { ${used.join(', ')} } from './codec.js';
import type { MapLayout } from './map_layout.js';`;
}

function printAbi(layout: Layout): string {
  return `/** Identifies this layout; kept in the pinned limits, so that another build's maps are recognised. */
export const ABI = 0x${hashOf(layout)}n;`;
}

/** The first eight bytes of the SHA-256 of all that was read. A map's capacity and a comment change nothing. */
function hashOf(layout: Layout): string {
  const maps = layout.maps.map((map) => ({ ...map, maxEntries: 0 }));
  return createHash('sha256')
    .update(JSON.stringify({ ...layout, maps }))
    .digest('hex')
    .slice(0, 16);
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function codecName(struct: string): string {
  return `${camel(struct)}Codec`;
}

function printEnum({ name, values }: EnumLayout): string {
  const type = pascal(name);
  const named = values.filter(([value]) => !value.endsWith('_COUNT'));
  return [
    `export const ${type} = { ${values.map(([value, number]) => `${value}: ${number}`).join(', ')} } as const;`,
    `export type ${type} = (typeof ${type})[keyof typeof ${type}];`,
    `export const ${name.toUpperCase()}_NAMES: Readonly<Record<number, string>> = {`,
    ...named.map(([value, number]) => `  ${number}: '${value}',`),
    `};`,
  ].join('\n');
}

/** A codec that uses another stands below it. */
function inOrderOfUse(structs: readonly StructLayout[]): StructLayout[] {
  const ordered = new Set<StructLayout>();
  const place = (layout: StructLayout) => {
    for (const { shape } of layout.fields) {
      const used = structs.find((other) => other.name === structIn(shape));
      if (used) place(used);
    }
    ordered.add(layout);
  };
  structs.forEach(place);
  return [...ordered];
}

function structIn(shape: Shape): string | undefined {
  if (shape.kind === 'array') return structIn(shape.element);
  return shape.kind === 'struct' ? shape.name : undefined;
}

function printStruct({ name, size, fields }: StructLayout): string {
  const type = pascal(name);
  return [
    `export interface ${type} {`,
    ...fields.map((f) => `  readonly ${camel(f.name)}: ${typeOf(f.shape)};`),
    `}`,
    `export const ${codecName(name)}: StructCodec<${type}> = structCodec('${name}', ${size}, [`,
    ...fields.map((f) => `  field('${camel(f.name)}', ${f.offset}, ${printShape(f.shape)}),`),
    `]);`,
  ].join('\n');
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      if (shape.enumeration) return pascal(shape.enumeration);
      return shape.scalar.endsWith('64') ? 'bigint' : 'number';
    case 'bytes':
    case 'opaque':
      return 'Uint8Array';
    case 'array':
      return `readonly ${typeOf(shape.element)}[]`;
    case 'struct':
      return pascal(shape.name);
  }
}

function printShape(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return `scalar('${shape.scalar}')`;
    case 'bytes':
      return `bytes(${shape.length})`;
    case 'opaque':
      return `bytes(${shape.size})`;
    case 'array':
      return `array(${printShape(shape.element)}, ${shape.stride}, ${shape.length})`;
    case 'struct':
      return `struct(${codecName(shape.name)})`;
  }
}

function codecOf(shape: Shape, name: string): string {
  if (shape.kind === 'struct') return codecName(shape.name);
  if (shape.kind === 'scalar') return `scalarCodec('${shape.scalar}')`;
  if (shape.kind === 'opaque') return `opaqueCodec('${name}', ${shape.size})`;
  throw new Error(`map ${name} has a key or value that is neither a struct nor an integer`);
}

function printMaps(maps: readonly MapOfObject[]): string {
  const quoted = (map: MapOfObject) => `'${map.name}'`;
  return [
    `export const MAPS = {`,
    ...maps.map((map) => `  ${quoted(map)}: ${printMapLayout(map)},`),
    `} as const satisfies Readonly<Record<string, MapLayout>>;`,
    `export type MapName = keyof typeof MAPS;`,
    ``,
    `export interface MapKeys {`,
    ...maps.map((map) => `  readonly ${quoted(map)}: ${typeOf(map.key)};`),
    `}`,
    ``,
    `export interface MapValues {`,
    ...maps.map((map) => `  readonly ${quoted(map)}: ${typeOf(map.value)};`),
    `}`,
    ``,
    `export const KEY_CODECS: { readonly [Name in MapName]: Codec<MapKeys[Name]> } = {`,
    ...maps.map((map) => `  ${quoted(map)}: ${codecOf(map.key, map.name)},`),
    `};`,
    ``,
    `export const VALUE_CODECS: { readonly [Name in MapName]: Codec<MapValues[Name]> } = {`,
    ...maps.map((map) => `  ${quoted(map)}: ${codecOf(map.value, map.name)},`),
    `};`,
    ``,
  ].join('\n');
}

function printMapLayout({ type, keySize, valueSize, maxEntries, flags, pin }: MapOfObject): string {
  return `{ type: ${type}, keySize: ${keySize}, valueSize: ${valueSize}, maxEntries: ${maxEntries}, flags: ${flags}, pin: '${pin}' }`;
}
