// SPDX-License-Identifier: Apache-2.0
import { scheduleLevelCodec, scheduleSlotCodec } from '../abi/generated.js';
import type { Member } from '../abi/generated.js';
import { picksIn } from './schedulers/scheduler.js';
import type { Level } from './schedulers/scheduler.js';

/** The slots of all levels, one after the other, and where in them each level's begin. Levels that go round the same
 * candidates share their slots. */
export interface Slots {
  readonly entries: readonly Uint8Array[];
  readonly offsets: readonly number[];
}

export function slotsOf(levels: readonly Level[], members: readonly Member[]): Slots {
  const offsetOf = new Map<readonly number[], number>();
  const entries: Uint8Array[] = [];
  for (const { candidates, isUnweighted } of levels) {
    if (offsetOf.has(candidates)) continue;
    offsetOf.set(candidates, entries.length);
    const slots = members.map((member) => slotOf(member, isUnweighted === true));
    for (const index of candidates) entries.push(slots[index]!);
  }
  return { entries, offsets: levels.map((level) => offsetOf.get(level.candidates)!) };
}

function slotOf(member: Member, isUnweighted: boolean): Uint8Array {
  const weight = isUnweighted ? Math.min(member.weight, 1) : member.weight;
  return scheduleSlotCodec.encode({ ...member, weight });
}

/** struct schedule_level for each, the slots standing from `firstSlot` on. */
export function levelEntries(levels: readonly Level[], { offsets }: Slots, firstSlot: number): Uint8Array[] {
  let start = 0;
  return levels.map((level, index) => {
    const entry = scheduleLevelCodec.encode({
      start: BigInt(start),
      firstSlot: firstSlot + offsets[index]!,
      slotCount: level.candidates.length,
    });
    start += picksIn(level);
    return entry;
  });
}
