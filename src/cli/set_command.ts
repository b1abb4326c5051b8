// SPDX-License-Identifier: Apache-2.0
/** `xdpvs set [NAME [VALUE]]`: settings under the kernel's names. */
import type { Setting } from '../model/settings.js';
import { SETTINGS, findSetting, valueOf, whyMeaningless, withSetting } from '../model/settings.js';
import type { State } from '../model/types.js';
import type { Output } from './output.js';
import { Refusal, report } from './output.js';
import { json as jsonText } from './show/json.js';
import { table } from './show/table.js';
import type { Column } from './show/table.js';

export interface SetTyped {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly json: boolean;
}

/** What set asks of a director. */
export interface Settable {
  read(): State;
  change(next: (state: State) => State): void;
}

export function setCommand(director: Settable, { name, value, json }: SetTyped, say: Output, width?: number): number {
  return report('xdpvs set', say, () => {
    const setting = name === undefined ? undefined : settingOf(name);
    if (setting && value !== undefined) {
      const number = numberOf(setting, value);
      director.change((state) => withSetting(state, setting, number));
      return;
    }
    const state = director.read();
    const rows = (setting ? [setting] : SETTINGS).map((one) => ({ ...one, value: valueOf(state, one) }));
    say.out(json ? jsonText(rows, 2) : table(COLUMNS, rows, width).join('\n'));
  });
}

/** Also as sysctl writes it: net.ipv4.vs.NAME. Throws Refusal. */
function settingOf(typed: string): Setting {
  const name = typed.replace(/^net[./]ipv4[./]vs[./]/, '');
  const setting = findSetting(name);
  if (setting) return setting;
  const reason = whyMeaningless(name);
  if (reason !== undefined) throw new Refusal(`${name} means nothing here: ${reason}; leave it out`);
  throw new Refusal(`there is no setting '${name}': \`xdpvs set\` lists them`);
}

/** Throws Refusal. */
function numberOf({ name, least, most }: Setting, text: string): number {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new Refusal(`${name} takes a whole number from ${least} to ${most}, not '${text}': nothing was changed`);
}

interface Row extends Setting {
  readonly value: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'SETTING', value: ({ name }) => name },
  { title: 'VALUE', value: ({ value }) => String(value), right: true },
  { title: 'DEFAULT', value: (row) => String(row.default), right: true, rank: 1 },
  { title: 'MEANING', value: ({ meaning }) => meaning, rank: 2, least: 24 },
];
