// SPDX-License-Identifier: Apache-2.0
/** ip_vs_lc.c, ip_vs_wlc.c, ip_vs_sed.c, ip_vs_nq.c, ip_vs_fo.c, ip_vs_ovf.c: one look at the whole list. */
import type { Destination } from './destination.js';
import type { MakeModule } from './scheduler.js';

/** Whether `a` is to be taken rather than `b`, which stands before it. */
type Preference = (a: Destination, b: Destination) => boolean;

export function preferred(list: readonly Destination[], isBetter: Preference): Destination | undefined {
  return list.reduce<Destination | undefined>((best, each) => (best && !isBetter(each, best) ? best : each), undefined);
}

export function leastFor(cost: (destination: Destination) => number): Preference {
  return (a, b) => BigInt(cost(a)) * BigInt(b.weight) < BigInt(cost(b)) * BigInt(a.weight);
}

const isHeavier: Preference = (a, b) => a.weight > b.weight;
const delay = ({ active }: Destination): number => active + 1;

function comparing(isCandidate: (destination: Destination) => boolean, isBetter: Preference): MakeModule {
  return ({ destinations }) => ({
    schedule: () =>
      preferred(
        destinations.filter((each) => each.isPickable && isCandidate(each)),
        isBetter,
      ),
  });
}

const any = (): boolean => true;

export const lc = comparing(any, (a, b) => a.overhead < b.overhead);
export const wlc = comparing(
  any,
  leastFor(({ overhead }) => overhead),
);
export const sed = comparing(any, leastFor(delay));
export const fo = comparing(any, isHeavier);
export const ovf = comparing(({ active, weight }) => active <= weight, isHeavier);

export const nq: MakeModule = (service) => ({
  schedule: (request) =>
    service.destinations.find(({ isPickable, active }) => isPickable && active === 0) ?? sed(service).schedule(request),
});
