// SPDX-License-Identifier: Apache-2.0
/** The words that IPVS has for what the maps hold as numbers. */
import { CONNECTION_STATE_NAMES } from '../abi/generated.js';

/** By enum connection_state: ESTABLISHED, SYN_RECV, …; UDP for UDP's one state; SCTP's as INIT1, C-SENT, S-ACK-SENT. */
export const STATE_NAMES: readonly string[] = Object.values(CONNECTION_STATE_NAMES).map((name) =>
  isSctp(name) ? sctpWord(name) : name.replace(/^STATE_/, ''),
);

/** By enum connection_state: whose it is, as IANA numbers protocols. */
export const STATE_PROTOCOLS: readonly number[] = Object.values(CONNECTION_STATE_NAMES).map((name) =>
  isSctp(name) ? 132 : name === 'STATE_UDP' ? 17 : 6,
);

function isSctp(name: string): boolean {
  return name.startsWith('STATE_SCTP_');
}

/** IPVS shortens: COOKIE_SENT is C-SENT, SHUTDOWN_ACK_SENT is S-ACK-SENT. */
function sctpWord(name: string): string {
  return name
    .replace(/^STATE_SCTP_/, '')
    .replace(/^(COOKIE|SHUTDOWN)_/, (word) => `${word[0]}-`)
    .replaceAll('_', '-');
}

const UDP = 17;

/** UDP's line is in no state before its second packet, which is the data plane's own affair. */
export function stateName(protocol: number, state: number): string {
  return protocol === UDP ? 'UDP' : (STATE_NAMES[state] ?? 'NONE');
}
