// SPDX-License-Identifier: Apache-2.0
/** What BTF does not keep of a header: which types are its own, and its numeric #defines. */
export interface Header {
  readonly structs: readonly string[];
  readonly enums: readonly string[];
  readonly constants: readonly (readonly [string, number])[];
}

function names(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

export function readHeader(text: string): Header {
  const defines = [...text.matchAll(/^#define[ \t]+(\w+)[ \t]+(0x[0-9a-fA-F]+|\d+)[ \t]*(?:\/\*.*)?$/gm)];
  return {
    structs: names(text, /^struct (\w+) \{/gm),
    enums: names(text, /^enum (\w+)(?: : \w+)? \{/gm),
    constants: defines.map(([, name, number]) => [name ?? '', Number(number)] as const),
  };
}
