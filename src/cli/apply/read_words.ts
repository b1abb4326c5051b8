// SPDX-License-Identifier: Apache-2.0
/** Words of ipvsadm's language into a step, so that a file of either form obeys what the command obeys. */
import { ConfigError } from '../../config/place.js';
import type { Place } from '../../config/place.js';
import { isScheduler } from '../../model/schedulers.js';
import { SCHEDULERS } from '../../model/types.js';
import type { Command } from '../ipvsadm/command.js';
import { UsageError } from '../ipvsadm/errors.js';
import type { Names } from '../ipvsadm/names.js';
import { parse } from '../ipvsadm/parse.js';
import type { CommandStep } from './step.js';

export interface PlacedWord {
  readonly word: string;
  readonly place: Place;
}

/** Throws ConfigError at the word that is to blame. */
export function readWords(placed: readonly PlacedWord[], names: Names): CommandStep {
  const words = placed.map(({ word }) => word);
  const first = placed[0]?.place ?? { line: 1, column: 1 };
  const command = commandOf(words, names, (message, at) => new ConfigError(message, placed[at]?.place ?? first));
  if (command.name === 'add-service') refuseStranger(command.service.scheduler, placed);
  if (command.name === 'add-service' || command.name === 'add-server' || command.name === 'set')
    return { command, place: first };
  throw new ConfigError(`${words[0]} does not say what is to be: a file has -A, -a and --set`, first);
}

function refuseStranger(scheduler: string, placed: readonly PlacedWord[]): void {
  if (isScheduler(scheduler)) return;
  const at = placed.findLast(({ word }) => word.endsWith(scheduler)) ?? placed[0]!;
  const shown = scheduler.length > LONGEST ? `${scheduler.slice(0, LONGEST)}…` : scheduler;
  throw new ConfigError(`there is no scheduler '${shown}': give one of ${SCHEDULERS.join(', ')}`, at.place);
}

/** Of a word that is shown. */
const LONGEST = 40;

function commandOf(words: readonly string[], names: Names, wrong: (message: string, at: number) => Error): Command {
  try {
    return parse(words, names);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const message = error.message.trim().startsWith('Try ') ? NOT_A_COMMAND : error.message.trim();
    throw wrong(message, culprit(words, names, error));
  }
}

const NOT_A_COMMAND = 'this is no command: a line begins with -A, -a or --set';

/** The last of the fewest words that are wrong in the same way; what is missing is missing from the beginning on. */
function culprit(words: readonly string[], names: Names, error: UsageError): number {
  if (error.message.startsWith('You need to supply')) return 0;
  const last = words.findIndex((_, index) => complaint(words.slice(0, index + 1), names) === error.message);
  return Math.max(0, last);
}

function complaint(words: readonly string[], names: Names): string | undefined {
  try {
    parse(words, names);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
