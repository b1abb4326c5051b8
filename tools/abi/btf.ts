// SPDX-License-Identifier: Apache-2.0
/** The BTF of an object, as `bpftool btf dump file OBJECT -j` prints it, and questions about its types. */
import { execFileSync } from 'node:child_process';

export interface Member {
  readonly name: string;
  readonly type_id: number;
  readonly bits_offset: number;
}

export interface Type {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly type_id?: number;
  readonly encoding?: string;
  readonly nr_elems?: number;
  readonly members?: readonly Member[];
  readonly values?: readonly { readonly name: string; readonly val: number }[];
  readonly vars?: readonly { readonly type_id: number }[];
}

const TRANSPARENT = new Set(['TYPEDEF', 'CONST', 'VOLATILE', 'RESTRICT', 'TYPE_TAG']);

export class Btf {
  private readonly byId: ReadonlyMap<number, Type>;

  constructor(readonly types: readonly Type[]) {
    this.byId = new Map(types.map((type) => [type.id, type]));
  }

  static ofObject(path: string): Btf {
    const printed = execFileSync('bpftool', ['btf', 'dump', 'file', path, '-j'], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    return new Btf((JSON.parse(printed) as { types: Type[] }).types);
  }

  type(id: number | undefined): Type {
    const type = id === undefined ? undefined : this.byId.get(id);
    if (!type) throw new Error(`the BTF names a type ${id} that it does not hold`);
    return type;
  }

  /** What stands behind typedefs, const and volatile. */
  resolve(id: number | undefined): Type {
    const type = this.type(id);
    return TRANSPARENT.has(type.kind) ? this.resolve(type.type_id) : type;
  }

  /** The typedef's own name, where there is one: `__be16` says what its integer does not. */
  spelled(id: number | undefined): string {
    const type = this.type(id);
    return type.kind === 'CONST' || type.kind === 'VOLATILE' ? this.spelled(type.type_id) : type.name;
  }

  named(kind: string, name: string): Type | undefined {
    return this.types.find((type) => type.kind === kind && type.name === name);
  }

  section(name: string): readonly Type[] {
    return (this.named('DATASEC', name)?.vars ?? []).map((variable) => this.type(variable.type_id));
  }

  sizeOf(id: number | undefined): number {
    const type = this.resolve(id);
    if (type.kind === 'ARRAY') return this.sizeOf(type.type_id) * (type.nr_elems ?? 0);
    if (type.kind === 'PTR') return 8;
    if (type.size === undefined) throw new Error(`${type.kind} ${type.name} has no size`);
    return type.size;
  }
}
