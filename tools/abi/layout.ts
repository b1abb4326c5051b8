// SPDX-License-Identifier: Apache-2.0
/** BTF and header -> everything that user space must agree on with the data plane. */
import type { Btf, Type } from './btf.js';
import type { Header } from './header.js';

export type Shape =
  | { readonly kind: 'scalar'; readonly scalar: string; readonly enumeration?: string }
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'array'; readonly element: Shape; readonly stride: number; readonly length: number }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'opaque'; readonly size: number };

export interface StructLayout {
  readonly name: string;
  readonly size: number;
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly shape: Shape }[];
}

export interface EnumLayout {
  readonly name: string;
  readonly size: number;
  readonly values: readonly (readonly [string, number])[];
}

export interface MapOfObject {
  readonly name: string;
  readonly pin: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly key: Shape;
  readonly value: Shape;
}

export interface Layout {
  readonly structs: readonly StructLayout[];
  readonly enums: readonly EnumLayout[];
  readonly constants: readonly (readonly [string, number])[];
  readonly maps: readonly MapOfObject[];
}

const MAP_TYPE_ARRAY = 2;
const BPF_F_RDONLY_PROG = 0x80;
const BPF_F_MMAPABLE = 0x400;

export function layoutOf(btf: Btf, header: Header): Layout {
  return {
    structs: header.structs
      .filter((name) => !isOpaque(btf, header, name))
      .map((name) => structLayout(btf, header, name)),
    enums: header.enums.map((name) => enumLayout(btf, name)),
    constants: header.constants,
    maps: [...definedMaps(btf, header), ...dataMaps(btf, header)].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function found(btf: Btf, kind: string, name: string): Type {
  const type = btf.named(kind, name);
  if (!type)
    throw new Error(`the object has no ${kind.toLowerCase()} ${name}: export it by a pointer in its own section`);
  return type;
}

/** A struct with something of the kernel's inside (a timer) is nothing to decode. */
function isOpaque(btf: Btf, header: Header, name: string): boolean {
  return (found(btf, 'STRUCT', name).members ?? []).some((member) => {
    const type = btf.resolve(member.type_id);
    return type.kind === 'STRUCT' && !header.structs.includes(type.name);
  });
}

function structLayout(btf: Btf, header: Header, name: string): StructLayout {
  const type = found(btf, 'STRUCT', name);
  const fields = (type.members ?? []).filter((member) => !/^pad\d*$/.test(member.name));
  return {
    name,
    size: btf.sizeOf(type.id),
    fields: fields.map((member) => ({
      name: member.name,
      offset: member.bits_offset / 8,
      shape: shapeOf(btf, header, member.type_id),
    })),
  };
}

function enumLayout(btf: Btf, name: string): EnumLayout {
  const type = found(btf, 'ENUM', name);
  return { name, size: btf.sizeOf(type.id), values: (type.values ?? []).map(({ name, val }) => [name, val] as const) };
}

function shapeOf(btf: Btf, header: Header, id: number | undefined): Shape {
  const type = btf.resolve(id);
  switch (type.kind) {
    case 'INT':
      return { kind: 'scalar', scalar: scalarOf(btf, id, type) };
    case 'ENUM':
      return { kind: 'scalar', scalar: `u${8 * (type.size ?? 0)}`, enumeration: type.name };
    case 'ARRAY':
      return arrayShape(btf, header, type);
    case 'STRUCT':
      if (!header.structs.includes(type.name) || isOpaque(btf, header, type.name))
        return { kind: 'opaque', size: btf.sizeOf(id) };
      return { kind: 'struct', name: type.name };
    default:
      throw new Error(`a field of kind ${type.kind} has no place in a shared layout`);
  }
}

function scalarOf(btf: Btf, id: number | undefined, type: Type): string {
  const bits = 8 * (type.size ?? 0);
  if (btf.spelled(id).startsWith('__be')) return `be${bits}`;
  return type.encoding === 'SIGNED' ? `s${bits}` : `u${bits}`;
}

function arrayShape(btf: Btf, header: Header, type: Type): Shape {
  const element = shapeOf(btf, header, type.type_id);
  const length = type.nr_elems ?? 0;
  if (element.kind === 'scalar' && element.scalar === 'u8') return { kind: 'bytes', length };
  return { kind: 'array', element, stride: btf.sizeOf(type.type_id), length };
}

const DESCRIPTOR: Shape = { kind: 'scalar', scalar: 'u32' };

/** libbpf's map definitions: `__uint(x, n)` is a pointer to an array of n, `__type(x, t)` a pointer to t. */
function definedMaps(btf: Btf, header: Header): MapOfObject[] {
  return btf.section('.maps').map((variable) => {
    const members = btf.resolve(variable.type_id).members ?? [];
    const pointed = (name: string) => {
      const member = members.find((m) => m.name === name);
      return member && btf.resolve(member.type_id).type_id;
    };
    const number = (name: string) => (pointed(name) === undefined ? 0 : (btf.resolve(pointed(name)).nr_elems ?? 0));
    const key = pointed('key');
    const value = pointed('value');
    // A map of programs gives sizes instead of types; its values are descriptors.
    const shape = (id: number | undefined): Shape => (id === undefined ? DESCRIPTOR : shapeOf(btf, header, id));
    const size = (id: number | undefined) => (id === undefined ? 4 : btf.sizeOf(id));
    return {
      name: variable.name,
      pin: variable.name,
      type: number('type'),
      keySize: size(key),
      valueSize: size(value),
      maxEntries: number('max_entries'),
      flags: number('map_flags'),
      key: shape(key),
      value: shape(value),
    };
  });
}

/** A section of global data becomes an ARRAY of one. Where a shared struct stands in one, it must stand alone. */
function dataMaps(btf: Btf, header: Header): MapOfObject[] {
  const sections = btf.types.filter((type) => type.kind === 'DATASEC' && /^\.(ro)?data\b/.test(type.name));
  return sections.flatMap((section) => {
    const variables = btf.section(section.name);
    const shared = variables.find((v) => header.structs.includes(btf.resolve(v.type_id).name));
    if (!shared) return [];
    if (variables.length > 1)
      throw new Error(`section ${section.name} holds more than ${shared.name}: give the others another section`);
    return [dataMap(btf, header, section.name, shared)];
  });
}

function dataMap(btf: Btf, header: Header, section: string, variable: Type): MapOfObject {
  return {
    name: section,
    pin: variable.name,
    type: MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: btf.sizeOf(variable.type_id),
    maxEntries: 1,
    flags: BPF_F_MMAPABLE | (section.startsWith('.rodata') ? BPF_F_RDONLY_PROG : 0),
    key: { kind: 'scalar', scalar: 'u32' },
    value: shapeOf(btf, header, variable.type_id),
  };
}
