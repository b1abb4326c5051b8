// SPDX-License-Identifier: Apache-2.0
import type { State, Timeouts } from './types.js';

/** IPVS's own, in seconds. */
export const DEFAULT_TIMEOUTS: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

export const EMPTY_STATE: State = { services: new Map(), timeouts: DEFAULT_TIMEOUTS };
