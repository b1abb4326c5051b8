// SPDX-License-Identifier: Apache-2.0
/** The first part: what a packet costs by BPF_PROG_TEST_RUN, in ns. */
import { join } from 'node:path';

import { ON_ONE_CPU, collect } from '../child.js';
import { withLifetime } from '../lifetime.js';
import type { Summary } from '../statistics.js';
import type { Facts } from './facts.js';
import { buildNetwork } from './network.js';

/** Plain data: it goes to another process. */
export interface NanosecondsOptions {
  readonly repetitions: number;
  readonly packets: number;
  readonly mostConnections: number;
  /** Regular expression for keys or groups of rows; all if undefined. */
  readonly only: string | undefined;
}

export interface NanosecondsRow {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly connections: number;
  readonly packets: number;
  /** ns a packet, the restoring program's cost taken off. */
  readonly net: Summary;
  readonly gross: readonly number[];
  readonly empty: readonly number[];
}

export interface Nanoseconds {
  readonly rows: readonly NanosecondsRow[];
  /** undefined: not wanted. */
  readonly facts: Facts | undefined;
}

export function measureNanoseconds(options: NanosecondsOptions): Promise<Nanoseconds> {
  return withLifetime(async (lifetime) => {
    const { namespace } = buildNetwork(lifetime);
    const inside = join(import.meta.dirname, 'inside.js');
    const node = [...ON_ONE_CPU, process.execPath, '--no-warnings', inside, JSON.stringify(options)];
    const printed = await collect(['ip', 'netns', 'exec', namespace, ...node]);
    return JSON.parse(printed) as Nanoseconds;
  });
}
