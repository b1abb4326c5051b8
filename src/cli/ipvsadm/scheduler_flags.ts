// SPDX-License-Identifier: Apache-2.0
/** What -b takes. A flag is a bit whose meaning, and so whose name, depends on the scheduler. */
import type { SchedulerFlags } from '../../model/types.js';
import { UsageError } from './errors.js';

type Flag = keyof SchedulerFlags;

const ANY: Readonly<Record<string, Flag>> = { 'flag-1': 'flag1', 'flag-2': 'flag2', 'flag-3': 'flag3' };
const OF_SCHEDULER: Readonly<Record<string, Readonly<Record<string, Flag>>>> = {
  sh: { 'sh-fallback': 'flag1', 'sh-port': 'flag2' },
  mh: { 'mh-fallback': 'flag1', 'mh-port': 'flag2' },
};

export const NO_SCHEDULER_FLAGS: SchedulerFlags = { flag1: false, flag2: false, flag3: false };

export function parseSchedulerFlags(text: string, scheduler: string): SchedulerFlags {
  const set = text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => flagNamed(name, scheduler));
  return { flag1: set.includes('flag1'), flag2: set.includes('flag2'), flag3: set.includes('flag3') };
}

function flagNamed(name: string, scheduler: string): Flag {
  const flag = own(ANY, name) ?? own(own(OF_SCHEDULER, scheduler) ?? {}, name);
  if (flag) return flag;
  const isOfAnother = Object.values(OF_SCHEDULER).some((names) => Object.hasOwn(names, name));
  throw new UsageError(`${isOfAnother ? 'incompatible' : 'invalid'} scheduler flag \`${name}'`);
}

/**
 * Joined by commas; undefined: none is set. A scheduler with names of its own does not show the flags that it has no
 * name for, and so this may be empty.
 */
export function formatSchedulerFlags(flags: SchedulerFlags, scheduler: string): string | undefined {
  if (!flags.flag1 && !flags.flag2 && !flags.flag3) return undefined;
  const names = own(OF_SCHEDULER, scheduler) ?? ANY;
  return Object.keys(names)
    .filter((name) => flags[names[name] as Flag])
    .join(',');
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
