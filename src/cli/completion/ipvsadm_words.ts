// SPDX-License-Identifier: Apache-2.0
/** The options of ipvsadm's language as shells complete them. */
import { SCHEDULERS } from '../../model/types.js';
import type { Completes } from '../commands/command.js';
import { HELP_SECTIONS } from '../ipvsadm/help.js';
import type { Option } from '../ipvsadm/options.js';
import { OPTIONS } from '../ipvsadm/options.js';

export interface Word {
  readonly word: string;
  readonly meaning: string;
}

export interface Argued {
  /** Short and long. */
  readonly words: readonly string[];
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  scheduler: SCHEDULERS,
  'sched-flags': ['sh-fallback', 'sh-port', 'mh-fallback', 'mh-port', 'flag-1', 'flag-2', 'flag-3'],
  pe: ['sip'],
  'tun-type': ['ipip', 'gue', 'gre'],
  'start-daemon': ['master', 'backup'],
  'stop-daemon': ['master', 'backup'],
};

export const IPVSADM_WORDS: readonly Word[] = OPTIONS.filter(isFirst).map(({ long }) => ({
  word: `--${long}`,
  meaning: meaningOf(long),
}));

export const IPVSADM_ARGUED: readonly Argued[] = OPTIONS.filter(({ argument }) => argument === 'required').map(
  ({ long, short }) => {
    const choices = CHOICES[long];
    return {
      words: [`--${long}`, ...(short === undefined ? [] : [`-${short}`])],
      ...(choices && { choices }),
      ...(long === 'mcast-interface' && { completes: 'interface' as const }),
    };
  },
);

/** --list has two letters. */
function isFirst({ long }: Option, place: number): boolean {
  return OPTIONS.findIndex((other) => other.long === long) === place;
}

function meaningOf(long: string): string {
  const rows = HELP_SECTIONS.flatMap((section) => section.rows);
  return rows.find(({ words }) => new RegExp(`--${long}(?![\\w-])`).test(words))?.meaning ?? '';
}
