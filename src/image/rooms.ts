// SPDX-License-Identifier: Apache-2.0
import { scheduleLevelCodec } from '../abi/generated.js';
import type { ScheduleLevel, VirtualService } from '../abi/generated.js';
import { isSameBytes } from './image.js';
import type { Entries } from './entries.js';
import type { Image } from './image.js';
import { Room } from './segments.js';
import type { Segment } from './segments.js';
import { valueOf } from './service_value.js';
import type { Snapshot } from './snapshot.js';

/** The three flat arrays in which services have segments. */
export type SegmentedArray = 'members' | 'schedule_levels' | 'schedule_slots';

export type Segments = Readonly<Record<SegmentedArray, Segment>>;
export type Rooms = Readonly<Record<SegmentedArray, Room>>;

/** Where the lists of a service stand. */
export function segmentsOf(image: Image, value: VirtualService): Segments {
  return {
    members: segmentOf(image, value, 'members'),
    schedule_levels: segmentOf(image, value, 'schedule_levels'),
    schedule_slots: segmentOf(image, value, 'schedule_slots'),
  };
}

function segmentOf(image: Image, value: VirtualService, array: SegmentedArray): Segment {
  switch (array) {
    case 'members':
      return { first: value.firstMember, count: value.memberCount };
    case 'schedule_levels':
      return { first: value.firstLevel, count: value.levelCount };
    case 'schedule_slots':
      return spanOf(levelsOf(image, value));
  }
}

export function levelsOf(image: Image, { firstLevel, levelCount }: VirtualService): ScheduleLevel[] {
  return Array.from({ length: levelCount }, (_, index) =>
    scheduleLevelCodec.decode(image.arrays.schedule_levels.get(firstLevel + index)!),
  );
}

/** Room beside all that the image before uses. */
export function roomsIn({ image, capacities }: Snapshot): Rooms {
  const taken = (array: SegmentedArray) => () =>
    Array.from(image.services.values(), (bytes) => segmentOf(image, valueOf(bytes), array));
  return {
    members: new Room('members', capacities.members, taken('members')),
    schedule_levels: new Room('levels', capacities.levels, taken('schedule_levels')),
    schedule_slots: new Room('slots', capacities.slots, taken('schedule_slots')),
  };
}

/** The segment of a list: where the same list already stands, else new room. */
export function place(room: Room, list: readonly Uint8Array[], stands: Segment | undefined, entries: Entries): Segment {
  if (stands && isStanding(list, stands, entries)) return stands;
  return { first: room.take(list.length), count: list.length };
}

function isStanding(list: readonly Uint8Array[], { first, count }: Segment, entries: Entries): boolean {
  return list.length === count && list.every((bytes, index) => isSameBytes(bytes, entries.get(first + index)!));
}

/** A service's slots are one segment, which several levels may share. */
function spanOf(levels: readonly ScheduleLevel[]): Segment {
  let [first, end] = [Infinity, 0];
  for (const { firstSlot, slotCount } of levels) {
    first = Math.min(first, firstSlot);
    end = Math.max(end, firstSlot + slotCount);
  }
  return levels.length === 0 ? { first: 0, count: 0 } : { first, count: end - first };
}
