// SPDX-License-Identifier: Apache-2.0
import type { Facts } from './facts.js';
import type { Service } from './services.js';

export interface Finding {
  /** fault: packets get lost. caution: some do, or it is slower than it need be. */
  readonly severity: 'fault' | 'caution';
  /** What was found and why it matters, one line. */
  readonly what: string;
  /** What mends it, to be typed as it stands; a remark after ` # `. */
  readonly mend: string;
}

/** A rule is pure, and knows nothing of the others. */
export type Rule = (facts: Facts, services: readonly Service[]) => Finding[];
