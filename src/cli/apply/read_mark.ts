// SPDX-License-Identifier: Apache-2.0
/** A rule that marks packets, as a line or an item of a file says it. */
import { ConfigError } from '../../config/place.js';
import type { Place } from '../../config/place.js';
import { interfaceIndex } from '../mark/interface_index.js';
import { Words, readRule } from '../mark/read_rule.js';
import { readRequest } from '../mark/request.js';
import { UsageError } from '../usage_error.js';
import type { MarkStep } from './step.js';

/** Throws ConfigError. */
export function readMark(words: readonly string[], place: Place): MarkStep {
  return { rule: attempt(place, () => readRule(new Words(words), interfaceIndex)), place };
}

/** `-t mangle -A PREROUTING …`. Throws ConfigError. */
export function readMarkLine(words: readonly string[], place: Place): MarkStep {
  const request = attempt(place, () => readRequest(words, interfaceIndex));
  if (request.name !== 'add') throw new ConfigError('this does not say what is to be: a file has -A PREROUTING', place);
  return { rule: request.rule, place };
}

function attempt<Result>(place: Place, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof UsageError ? new ConfigError(error.message, place) : error;
  }
}
