// SPDX-License-Identifier: Apache-2.0
/** `xdpvs status [--json]` */
import type { Status, Tables } from '../kernel/status.js';
import { status } from '../kernel/status.js';
import type { Output } from './output.js';
import { report } from './output.js';

export interface StatusOptions {
  readonly json?: boolean;
}

/** Returns the exit code. */
export function statusCommand({ json = false }: StatusOptions, say: Output): number {
  return report('xdpvs status', say, () => {
    const found = status();
    const lines = json ? [JSON.stringify(found, undefined, 2)] : describe(found);
    for (const line of lines) say.out(line);
  });
}

export function describe({ pins, layout, interfaces, tables, problem }: Status): string[] {
  if (pins === undefined) return ['no director in this network namespace: `xdpvs attach IFACE` makes one'];
  const rows = interfaces.map(({ name, mode, programId, since }) => [
    name,
    mode,
    `program ${programId}`,
    `since ${since.toISOString()}`,
  ]);
  return [
    ...(rows.length === 0 ? ['no interface is attached'] : columns(rows)),
    ...(tables ? columns(tableRows(tables)) : []),
    `layout ${layout}, pinned in ${pins}`,
    ...(problem === undefined ? [] : [problem]),
  ];
}

function tableRows(tables: Tables): string[][] {
  return Object.entries(tables).map(([name, { used, capacity }]: [string, Tables[keyof Tables]]) => [
    name,
    `${used} of ${capacity}`,
  ]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
