// SPDX-License-Identifier: Apache-2.0
/** What happened between two looks at a director. */
import type { Difference } from '../../config/difference.js';
import { differences } from '../../config/difference.js';
import type { State } from '../../model/types.js';
import type { AttachedInterface, Director } from '../../observe/source.js';

export interface Look {
  readonly state: State;
  readonly interfaces: readonly AttachedInterface[];
  /** Packets by number in enum outcome. */
  readonly outcomes: readonly bigint[];
}

export type Event =
  | { readonly what: 'director'; readonly isThere: boolean }
  | { readonly what: 'interface'; readonly isAttached: boolean; readonly interface: AttachedInterface }
  | { readonly what: 'difference'; readonly difference: Difference };

export function lookAt(director: Director | undefined): Look | undefined {
  return director && { state: director.state(), interfaces: [...director.interfaces()], outcomes: director.outcomes() };
}

/** undefined: no director was there. */
export function events(before: Look | undefined, after: Look | undefined): Event[] {
  if (!before && !after) return [];
  if (!after) return [{ what: 'director', isThere: false }];
  const came: Event[] = before ? [] : [{ what: 'director', isThere: true }];
  return [
    ...came,
    ...interfaceEvents(before?.interfaces ?? [], after.interfaces),
    ...differences(before?.state ?? { ...after.state, services: new Map() }, after.state).map((difference): Event => ({
      what: 'difference',
      difference,
    })),
  ];
}

function interfaceEvents(before: readonly AttachedInterface[], after: readonly AttachedInterface[]): Event[] {
  const told = (isAttached: boolean) => (one: AttachedInterface) =>
    ({ what: 'interface', isAttached, interface: one }) as const;
  return [
    ...before.filter((one) => !isAmong(one, after)).map(told(false)),
    ...after.filter((one) => !isAmong(one, before)).map(told(true)),
  ];
}

function isAmong({ name, mode }: AttachedInterface, others: readonly AttachedInterface[]): boolean {
  return others.some((other) => other.name === name && other.mode === mode);
}
