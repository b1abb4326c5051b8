// SPDX-License-Identifier: Apache-2.0
/** `xdpvs watch`: what changes, as it happens, until told to end. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Source } from '../observe/source.js';
import { checkInterval } from './interval.js';
import type { Output } from './output.js';
import { reportLater } from './output.js';
import { json as jsonText } from './show/json.js';
import { terminationSignal } from './termination.js';
import type { DropEvent } from './watch/drops.js';
import { Drops } from './watch/drops.js';
import { eventJson, eventText } from './watch/event_text.js';
import type { Event, Look } from './watch/events.js';
import { events, lookAt } from './watch/events.js';

export interface WatchOptions {
  /** Seconds. */
  readonly interval: number;
  readonly json: boolean;
}

/** Looking costs time where there is much to see: this many times as long is rested. */
const REST = 4;

export function watchCommand(source: Source, options: WatchOptions, say: Output): Promise<number> {
  return reportLater('xdpvs watch', say, async () => {
    const { interval, json } = options;
    checkInterval(interval);
    const ended = terminationSignal();
    if (!json) say.out(`${timeOfDay(new Date())} . watching; Ctrl-C ends it`);
    await follow(source, interval * 1000, ended, (some) => {
      const now = new Date();
      for (const event of some)
        say.out(json ? jsonText(eventJson(event, now)) : `${timeOfDay(now)} ${eventText(event)}`);
    });
  });
}

type Tell = (some: readonly (Event | DropEvent)[]) => void;

async function follow(source: Source, everyMs: number, ended: AbortSignal, tell: Tell): Promise<void> {
  const drops = new Drops();
  let before: Look | undefined = lookAt(source.director());
  if (!before) tell([{ what: 'director', isThere: false }]);
  while (!ended.aborted) {
    const since = performance.now();
    const after = lookAt(source.director());
    tell([...events(before, after), ...drops.next(before?.outcomes ?? [], after?.outcomes ?? [])]);
    before = after;
    const rest = Math.max(everyMs, REST * (performance.now() - since));
    await pause(rest, undefined, { signal: ended }).catch(() => undefined);
  }
}

function timeOfDay(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
