// SPDX-License-Identifier: Apache-2.0
/** The words that IPVS has for what the maps hold as numbers. */
import { CONNECTION_STATE_NAMES } from '../abi/generated.js';

/** By enum connection_state: ESTABLISHED, SYN_RECV, …; UDP for UDP's one state. */
export const STATE_NAMES: readonly string[] = Object.values(CONNECTION_STATE_NAMES).map((name) =>
  name.replace(/^STATE_/, ''),
);

const UDP = 17;

/** UDP's line is in no state before its second packet, which is the data plane's own affair. */
export function stateName(protocol: number, state: number): string {
  return protocol === UDP ? 'UDP' : (STATE_NAMES[state] ?? 'NONE');
}
