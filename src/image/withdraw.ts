// SPDX-License-Identifier: Apache-2.0
import { membersOf } from './decompile.js';
import type { Draft } from './draft.js';
import type { Image } from './image.js';
import { segmentsOf } from './rooms.js';
import type { SegmentedArray, Segments } from './rooms.js';
import type { Segment } from './segments.js';
import { valueOf } from './service_value.js';
import type { Before } from './standing.js';

/** A service as the image before has it, and where. */
export interface Earlier extends Before {
  readonly segments: Segments;
}

/** Takes services with their lists out of the draft; what they were, by key. */
export function withdraw(draft: Draft, image: Image, keys: Iterable<string>): Map<string, Earlier> {
  const earlier = new Map<string, Earlier>();
  for (const key of keys) {
    const bytes = image.services.get(key);
    if (!bytes) continue;
    const value = valueOf(bytes);
    const segments = segmentsOf(image, value);
    draft.services.delete(key);
    for (const array of Object.keys(segments) as SegmentedArray[]) removeEntries(draft, array, segments[array]);
    earlier.set(key, { value, members: membersOf(image, value), segments });
  }
  return earlier;
}

function removeEntries(draft: Draft, array: SegmentedArray, { first, count }: Segment): void {
  for (let index = first; index < first + count; index++) draft.arrays[array].delete(index);
}
