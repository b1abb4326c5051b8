// SPDX-License-Identifier: Apache-2.0
/** What each outcome of a packet's journey is called, and what became of the packet. */
import { Outcome as Numbers } from '../abi/generated.js';
import { MEANINGS } from './outcome_meanings.js';

/** transmit: sent on by us; pass: left to the host's own stack; drop: it went no further, whoever was told of it. */
export type Action = 'transmit' | 'pass' | 'drop';

/** As enum outcome of bpf/abi.h names them. */
export type Ending = Exclude<keyof typeof Numbers, 'CONTINUE' | 'OUTCOME_COUNT'>;

/** As bpf/outcome.h ends them. */
const ACTIONS: Readonly<Record<Ending, Action>> = {
  FORWARDED_MASQUERADE: 'transmit',
  FORWARDED_TUNNEL: 'transmit',
  FORWARDED_DIRECT_ROUTE: 'transmit',
  REPLIED_MASQUERADE: 'transmit',
  FORWARDED_STATELESS: 'transmit',
  NOT_IP: 'pass',
  NOT_TRANSPORT: 'pass',
  NOT_A_SERVICE: 'pass',
  FRAGMENT: 'pass',
  MALFORMED: 'pass',
  NO_CONNECTION: 'pass',
  NO_REAL_SERVER: 'drop',
  REAL_SERVER_REMOVED: 'drop',
  CONNECTION_TABLE_FULL: 'drop',
  NO_ROUTE: 'drop',
  NEIGHBOUR_UNRESOLVED: 'drop',
  TTL_EXCEEDED: 'drop',
  TOO_BIG: 'drop',
  NO_HEADROOM: 'drop',
  LEFT_TO_HOST: 'pass',
  NOT_FOR_THIS_HOST: 'pass',
  FORWARDING_DISABLED: 'drop',
  DELIVERED_LOCALLY: 'pass',
  ICMP_FORWARDED: 'transmit',
  ICMP_REPLIED: 'transmit',
  FRAGMENT_HELD: 'drop',
  FRAGMENT_LOST: 'drop',
  DROPPED_BY_RATE: 'drop',
  CONNECTION_RESET: 'drop',
  NO_CALL_ID: 'drop',
};

export interface Outcome {
  /** In enum outcome of bpf/abi.h. */
  readonly number: number;
  readonly name: string;
  readonly action: Action;
  /** For people, in a line. */
  readonly meaning: string;
}

export const OUTCOMES: readonly Outcome[] = (Object.entries(ACTIONS) as [Ending, Action][]).map(([name, action]) => ({
  number: Numbers[name],
  name: name.toLowerCase(),
  action,
  meaning: MEANINGS[name],
}));
