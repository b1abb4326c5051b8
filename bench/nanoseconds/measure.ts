// SPDX-License-Identifier: Apache-2.0
/** Rows in turn, repetition after repetition, so that what disturbs the machine disturbs all of them. */
import type { Run } from './restore.js';
import type { Row } from './subject.js';
import { verify } from './verify.js';
import type { Workshop } from './workshop.js';

export interface Measured {
  readonly row: Row;
  /** ns a packet with the restoring program's own cost, by repetition. */
  readonly gross: readonly number[];
  /** The same with a program that does nothing, in the same repetition. */
  readonly empty: readonly number[];
}

export function measure(
  workshop: Workshop,
  rows: readonly Row[],
  repetitions: number,
  progress: (text: string) => void,
): Measured[] {
  for (const row of rows) verifyRow(workshop, row);
  const measured = rows.map((row) => ({ row, gross: [] as number[], empty: [] as number[] }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    progress(`repetition ${repetition + 1} of ${repetitions}`);
    for (const each of measured) {
      each.empty.push(timeEmpty(workshop, each.row));
      each.gross.push(time(workshop, each.row));
    }
  }
  for (const row of rows) verifyRow(workshop, row);
  return measured;
}

/** The first packet of the row, with what becomes of it. */
function verifyRow(workshop: Workshop, row: Row): void {
  row.before?.();
  const came: Run = workshop.restore.run(workshop.floors.nothing, row.traffic, 1);
  const went = workshop.restore.run(row.program(), row.traffic, 1);
  verify(row.key, came, went, row.expectation);
}

function time(workshop: Workshop, row: Row): number {
  row.before?.();
  if (row.warmUp > 0) workshop.restore.run(row.program(), row.traffic, row.warmUp);
  const watch = row.watch();
  const run = workshop.restore.run(row.program(), row.traffic, row.packets);
  named(row, () => watch.check(row.packets));
  if (run.verdict !== row.expectation.verdict) throw new Error(`${row.key}: verdict ${run.verdict} while timing`);
  return run.ns * (row.packetsEach ?? 1);
}

function timeEmpty(workshop: Workshop, row: Row): number {
  const packets = Math.min(row.packets, 200_000);
  return workshop.restore.run(workshop.floors.nothing, row.traffic, packets).ns * (row.packetsEach ?? 1);
}

function named(row: Row, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`${row.key}: ${(error as Error).message}`, { cause: error });
  }
}
