// SPDX-License-Identifier: Apache-2.0
/** What is built is taken down, last first, whatever happens. */
import type { Lifetime } from '../test/support/hosts.js';

export async function withLifetime<T>(work: (lifetime: Lifetime) => Promise<T> | T): Promise<T> {
  const removals: (() => void)[] = [];
  try {
    return await work({ after: (remove) => removals.push(remove) });
  } finally {
    for (const remove of removals.reverse()) remove();
  }
}
