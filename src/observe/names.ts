// SPDX-License-Identifier: Apache-2.0
/** The words that IPVS has for what the maps hold as numbers. */
import { CONNECTION_STATE_NAMES } from '../abi/generated.js';

/** By enum connection_state: ESTABLISHED, SYN_RECV, …; UDP for UDP's one state. */
export const STATE_NAMES: readonly string[] = Object.values(CONNECTION_STATE_NAMES).map((name) =>
  name.replace(/^STATE_/, ''),
);
