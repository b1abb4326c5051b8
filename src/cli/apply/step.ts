// SPDX-License-Identifier: Apache-2.0
import type { Place } from '../../config/place.js';
import type { MarkRule } from '../../model/types.js';
import type { StateCommand } from '../ipvsadm/command.js';

/** What one line or one item of a file asks for. */
export type Step = CommandStep | MarkStep;

export interface CommandStep {
  /** Adds a service or real server, or sets timeouts. */
  readonly command: StateCommand;
  readonly place: Place;
}

/** Adds a rule that marks packets; no rule: says that there are to be none. */
export interface MarkStep {
  readonly rule: MarkRule | undefined;
  readonly place: Place;
}
