// SPDX-License-Identifier: Apache-2.0
/** ip_vs_lblc.c and ip_vs_lblcr.c, but for what takes a day. */
import { leastFor, preferred, wlc } from './comparing.js';
import type { Destination } from './destination.js';
import type { MakeModule } from './scheduler.js';

/** More than its share, while another has not half of its own. */
function isToBeSpared({ active, weight }: Destination, all: readonly Destination[]): boolean {
  return active > weight && all.some((other) => other.active * 2 < other.weight);
}

export const lblc: MakeModule = (service) => {
  const known = new Map<string, Destination>();
  return {
    schedule(request) {
      const last = known.get(request.virtual);
      if (last && last.isAvailable && last.weight > 0 && !isToBeSpared(last, service.destinations)) return last;
      const found = wlc(service).schedule(request);
      if (found) known.set(request.virtual, found);
      return found;
    },
  };
};

export const lblcr: MakeModule = (service) => {
  /** The newest comes first. */
  const known = new Map<string, Destination[]>();
  return {
    schedule(request) {
      const set = known.get(request.virtual);
      const usable = set?.filter(({ isPickable, isAvailable }) => isPickable && isAvailable) ?? [];
      const least = preferred(
        usable,
        leastFor(({ overhead }) => overhead),
      );
      if (least && !isToBeSpared(least, service.destinations)) return least;
      const found = wlc(service).schedule(request);
      if (!found) return undefined;
      if (!set) known.set(request.virtual, [found]);
      else if (!set.includes(found)) set.unshift(found);
      return found;
    },
  };
};
