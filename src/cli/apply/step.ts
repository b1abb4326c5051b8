// SPDX-License-Identifier: Apache-2.0
import type { Place } from '../../config/place.js';
import type { StateCommand } from '../ipvsadm/command.js';

/** What one line or one item of a file asks for. */
export interface Step {
  /** Adds a service or real server, or sets timeouts. */
  readonly command: StateCommand;
  readonly place: Place;
}
