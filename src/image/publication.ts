// SPDX-License-Identifier: Apache-2.0
import { memberCodec, virtualServiceCodec } from '../abi/generated.js';
import type { Member, VirtualService as ServiceValue } from '../abi/generated.js';
import type { RealServer, VirtualService } from '../model/types.js';
import { endpointSum } from './addresses.js';
import type { Draft } from './draft.js';
import * as abi from '../abi/generated.js';
import type { Image } from './image.js';
import { levelEntries, slotsOf } from './order.js';
import { place } from './rooms.js';
import type { Rooms, SegmentedArray, Segments } from './rooms.js';
import { schedulerNamed } from './schedulers/index.js';
import { cycleOf } from './schedulers/scheduler.js';
import type { TableCandidate } from './schedulers/scheduler.js';
import type { Segment } from './segments.js';
import type { Standing } from './standing.js';
import { METHOD, SCHEDULER, TUNNEL_CHECKSUM, TUNNEL_TYPE } from './words.js';

export interface Publication {
  readonly key: string;
  readonly number: number;
  readonly service: VirtualService;
  readonly members: readonly Member[];
  readonly standing: Standing;
}

/** Where lists may be put: beside all that the image before has, or where it has the same list. */
export interface Ground {
  readonly image: Image;
  readonly rooms: Rooms;
}

/** Puts a service's lists and its value into the draft. `stands`: where its lists are in the image before. */
export function publish(draft: Draft, ground: Ground, publication: Publication, stands: Segments | undefined): void {
  const put = (array: SegmentedArray, list: readonly Uint8Array[]): Segment => {
    const segment = place(ground.rooms[array], list, stands?.[array], ground.image.arrays[array]);
    list.forEach((bytes, index) => draft.arrays[array].set(segment.first + index, bytes));
    return segment;
  };
  const { key, service, members, standing } = publication;
  const levels = schedulerNamed(service.scheduler).levels(candidatesOf(service, members), standing.mark);
  const slots = slotsOf(levels, members);

  const memberSegment = put(
    'members',
    members.map((entry) => memberCodec.encode(entry)),
  );
  const slotSegment = put('schedule_slots', slots.entries);
  const levelSegment = put('schedule_levels', levelEntries(levels, slots, slotSegment.first));
  const value: ServiceValue = {
    ...valueOf(publication),
    cycle: BigInt(cycleOf(levels)),
    firstLevel: levelSegment.first,
    levelCount: levelSegment.count,
    firstMember: memberSegment.first,
    memberCount: memberSegment.count,
  };
  draft.services.set(key, virtualServiceCodec.encode(value));
}

function valueOf({ number, service, standing }: Publication) {
  return {
    number,
    scheduler: SCHEDULER.number(service.scheduler),
    flags: flagsOf(service),
    origin: standing.origin,
    persistenceTimeoutS: service.persistence?.timeoutS ?? 0,
    persistenceMask: service.persistence?.mask ?? 0,
    pointer: standing.mark.pointer,
    currentWeight: standing.mark.currentWeight,
  };
}

function flagsOf({ onePacket, persistence, persistenceEngine, schedulerFlags }: VirtualService): number {
  return (
    (persistence ? abi.SERVICE_PERSISTENT : 0) |
    (persistenceEngine === undefined ? 0 : abi.SERVICE_ENGINE_SIP) |
    (onePacket ? abi.SERVICE_ONE_PACKET : 0) |
    (schedulerFlags.flag1 ? abi.SERVICE_SCHED_FLAG1 : 0) |
    (schedulerFlags.flag2 ? abi.SERVICE_SCHED_FLAG2 : 0) |
    (schedulerFlags.flag3 ? abi.SERVICE_SCHED_FLAG3 : 0)
  );
}

/** Real servers stand in the order of their members. */
function candidatesOf({ key, realServers }: VirtualService, members: readonly Member[]): TableCandidate[] {
  const family = key.kind === 'mark' ? key.family : key.address.family;
  return members.map((member, index) => ({ ...member, endpoint: endpointSum(realServers[index]!, family) }));
}

/** `before`: the same member in the image before. */
export function memberOf(number: number, server: RealServer, calm: number, before: Member | undefined): Member {
  return {
    realServer: number,
    weight: server.weight,
    lastWeight: server.weight > 0 ? server.weight : (before?.lastWeight ?? 0),
    upperThreshold: server.upperThreshold,
    lowerThreshold: server.lowerThreshold,
    calm,
    method: METHOD.number(server.method),
    tunnelType: TUNNEL_TYPE.number(server.tunnel.type),
    tunnelFlags: TUNNEL_CHECKSUM.number(server.tunnel.checksum),
    tunnelPort: server.tunnel.port,
  };
}
