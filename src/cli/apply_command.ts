// SPDX-License-Identifier: Apache-2.0
/** `xdpvs apply FILE`: the services become what the file says, by one change. */
import { readFileSync } from 'node:fs';

import { ConfigError } from '../config/place.js';
import { merge } from '../config/merge.js';
import { textOf } from '../config/text.js';
import type { Reading } from '../director/observations.js';
import type { State } from '../model/types.js';
import { desiredState } from './apply/desired.js';
import { planOf } from './apply/plan.js';
import { planJson, planText } from './apply/plan_text.js';
import { SystemNames } from './ipvsadm/system_names.js';
import type { Output } from './output.js';
import { Refusal, report } from './output.js';
import { json as jsonText } from './show/json.js';

export interface ApplyOptions {
  readonly file: string;
  readonly 'dry-run': boolean;
  readonly json: boolean;
}

/** What apply asks of a director. */
export interface Applying {
  reading(): Reading;
  change(next: (state: State) => State): void;
}

/** By name it could not be opened where it is a socket. */
const STANDARD_INPUT = { name: '/dev/stdin', fd: 0 };
/** As in sysexits.h. */
const EXIT_BAD_DATA = 65;
const EXIT_NO_INPUT = 66;

export function applyCommand(director: Applying, options: ApplyOptions, say: Output): number {
  const { file, json, 'dry-run': dryRun } = options;
  return report('xdpvs apply', say, () => {
    const desired = readDesired(file);
    const plan = planOf(director.reading(), desired);
    const isApplied = !dryRun && plan.changes.length > 0;
    if (isApplied) director.change((state) => merge(state, desired));
    if (json) say.out(jsonText({ ...planJson(plan), applied: isApplied }, 2));
    else say.out([...planText(plan), ...(dryRun ? ['dry run: nothing was changed'] : [])].join('\n'));
  });
}

/** Throws Refusal, with file, line and column where the file is wrong. */
function readDesired(file: string): State {
  const bytes = readBytes(file);
  try {
    return desiredState(textOf(bytes), new SystemNames());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { line, column } = error.place;
    throw new Refusal(`${file}:${line}:${column}: ${error.message}`, EXIT_BAD_DATA);
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file === STANDARD_INPUT.name ? STANDARD_INPUT.fd : file);
  } catch (error) {
    throw new Refusal(`cannot read ${file}: ${reasonOf(error as NodeJS.ErrnoException)}`, EXIT_NO_INPUT);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'not permitted';
    default:
      return message;
  }
}
