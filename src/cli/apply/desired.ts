// SPDX-License-Identifier: Apache-2.0
/** What a file asks for, as a state. */
import { ConfigError } from '../../config/place.js';
import { Draft } from '../../model/draft.js';
import {
  IpvsError,
  NotUnicast,
  SchedulerNotFound,
  ServerExists,
  ServiceExists,
  ServiceNotDefined,
  ThresholdsCrossed,
} from '../../model/errors.js';
import type { State } from '../../model/types.js';
import { changeDraft } from '../ipvsadm/change.js';
import { UsageError } from '../ipvsadm/errors.js';
import type { Names } from '../ipvsadm/names.js';
import { isLines, readLines } from './read_lines.js';
import { readDocument } from './read_document.js';
import type { CommandStep } from './step.js';

/** 0: not said. */
const NO_TIMEOUTS = { tcp: 0, tcpFin: 0, udp: 0 };

/** Throws ConfigError. */
export function desiredState(text: string, names: Names): State {
  const { steps, ...rest } = isLines(text) ? { steps: readLines(text, names) } : readDocument(text, names);
  const draft = new Draft({ services: new Map(), timeouts: NO_TIMEOUTS });
  const marks = steps.filter((step) => 'rule' in step);
  for (const step of steps) if ('command' in step) take(draft, step);
  return { ...draft.state(), ...rest, ...(marks.length > 0 && { marks: marks.flatMap(({ rule }) => rule ?? []) }) };
}

function take(draft: Draft, { command, place }: CommandStep): void {
  try {
    changeDraft(draft, command);
  } catch (error) {
    if (error instanceof IpvsError) throw new ConfigError(inAFile(error), place);
    if (error instanceof UsageError) throw new ConfigError(error.message, place);
    throw error;
  }
}

/** IPVS's sentences are about what it has; of a file there is more to say. */
function inAFile(error: IpvsError): string {
  if (error instanceof ServiceExists) return 'this service was named before: name each once';
  if (error instanceof ServerExists) return 'the service has this real server already: name each once';
  if (error instanceof ServiceNotDefined) return 'no line before this one adds the service: give its -A first';
  if (error instanceof SchedulerNotFound) return 'there is no such persistence engine: leave it out';
  if (error instanceof NotUnicast) return 'no host can have this address: give one that is unicast';
  if (error instanceof ThresholdsCrossed) return 'the lower threshold is above the upper one: exchange them';
  return error.message;
}
