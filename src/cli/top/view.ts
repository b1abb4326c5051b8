// SPDX-License-Identifier: Apache-2.0
/** Where a person is in `xdpvs top`, and what a key makes of it. */
import type { Key } from './keys.js';
import type { Sort } from './sort.js';
import { nextSort } from './sort.js';

/** From all services down to one real server's connections; names as in a Sample. */
export type Level =
  | { readonly of: 'services' }
  | { readonly of: 'servers'; readonly service: string }
  | { readonly of: 'connections'; readonly service: string; readonly server: string };

export interface View {
  readonly level: Level;
  readonly sort: Sort;
  readonly isReversed: boolean;
  /** The row that is chosen, by name, so that it stays chosen where it moves to; undefined: the first. */
  readonly chosen: string | undefined;
  readonly isPaused: boolean;
  readonly isOver: boolean;
  /** The view that this one was gone down from. */
  readonly above: View | undefined;
}

export function firstView(sort: Sort): View {
  return {
    level: { of: 'services' },
    sort,
    isReversed: false,
    chosen: undefined,
    isPaused: false,
    isOver: false,
    above: undefined,
  };
}

/** `names` are the rows shown, in their order; `page` is how many fit the screen. */
export function press(view: View, key: Key, names: readonly string[], page: number): View {
  switch (key) {
    case 'up':
      return choose(view, names, -1);
    case 'down':
      return choose(view, names, 1);
    case 'page-up':
      return choose(view, names, -page);
    case 'page-down':
      return choose(view, names, page);
    case 'enter':
      return goDown(view, names);
    case 'back':
      return view.above ? { ...view.above, isPaused: view.isPaused } : view;
    case 'sort':
      return { ...view, sort: nextSort(view.sort) };
    case 'reverse':
      return { ...view, isReversed: !view.isReversed };
    case 'pause':
      return { ...view, isPaused: !view.isPaused };
    case 'quit':
      return { ...view, isOver: true };
  }
}

/** What is chosen may be gone by now: then the first is. */
export function chosenIndex({ chosen }: View, names: readonly string[]): number {
  return Math.max(0, chosen === undefined ? 0 : names.indexOf(chosen));
}

function choose(view: View, names: readonly string[], by: number): View {
  const index = Math.min(names.length - 1, Math.max(0, chosenIndex(view, names) + by));
  return { ...view, chosen: names[index] };
}

function goDown(view: View, names: readonly string[]): View {
  const name = names[chosenIndex(view, names)];
  const level = name === undefined ? undefined : levelBelow(view.level, name);
  return level ? { ...view, level, chosen: undefined, above: { ...view, chosen: name } } : view;
}

function levelBelow(level: Level, name: string): Level | undefined {
  if (level.of === 'services') return { of: 'servers', service: name };
  if (level.of === 'servers') return { of: 'connections', service: level.service, server: name };
  return undefined;
}
