// SPDX-License-Identifier: Apache-2.0
/** One metric family: its name, its help, and what one look at the director says of it. */
import type { Look } from '../look.js';

/** As the page has them between braces. A real server's are in a dozen families, and so are written out once. */
export type Labels = string;
export type Sample = readonly [labels: Labels, value: number | bigint];

export interface FamilyHeader {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
}

export interface Family extends FamilyHeader {
  /** None: the family is left out. */
  samples(look: Look): Iterable<Sample>;
}

/** For the family of one value that has no labels. */
export function single(value: number | bigint | undefined): Sample[] {
  return value === undefined ? [] : [['', value]];
}
