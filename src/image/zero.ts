// SPDX-License-Identifier: Apache-2.0
import { serverRecordCodec, serviceRecordCodec, totalRecordCodec } from '../abi/generated.js';
import { rawCounts } from './counters.js';
import { NOTHING } from './counts.js';
import { membersOf } from './decompile.js';
import { draftOf } from './draft.js';
import type { Overlay } from './entries.js';
import type { Image } from './image.js';
import { zeroMarks } from './marks.js';
import { valueOf } from './service_value.js';
import type { Snapshot } from './snapshot.js';

/**
 * The image in which the counters of a service (named by `serviceKeyText`), or of all, and of their real servers are 0:
 * what `ipvsadm -Z` does. Nothing that the data plane counts is touched; the sums so far are noted down, to be taken off.
 * With all of them the totals of the whole director begin at 0 too.
 */
export function zero(snapshot: Snapshot, key?: string): Image {
  const { image } = snapshot;
  const draft = draftOf(image);
  const sums = rawCounts(snapshot);
  for (const [each, bytes] of image.services) {
    if (key !== undefined && each !== key) continue;
    const value = valueOf(bytes);
    zeroService(draft.arrays.service_records, value.number, sums);
    for (const { realServer } of membersOf(image, value)) {
      draft.arrays.server_records.set(realServer, serverRecordCodec.encode({ zeroed: snapshot.traffic(realServer) }));
    }
  }
  if (key === undefined) {
    draft.arrays.total_records.set(0, totalRecordCodec.encode({ zeroed: snapshot.totalTraffic() }));
  }
  return draft;
}

/** The same for rules that mark packets: one (by its place, from 0), or all. */
export function zeroMarkCounts(snapshot: Snapshot, place?: number): Image {
  const draft = draftOf(snapshot.image);
  zeroMarks(draft, snapshot, place);
  return draft;
}

function zeroService(records: Overlay, number: number, sums: ReturnType<typeof rawCounts>): void {
  const bytes = records.get(number);
  if (!bytes) return;
  const zeroed = sums.get(number) ?? NOTHING;
  records.set(number, serviceRecordCodec.encode({ ...serviceRecordCodec.decode(bytes), zeroed }));
}
