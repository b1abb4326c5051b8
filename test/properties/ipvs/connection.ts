// SPDX-License-Identifier: Apache-2.0
/** A connection or a template of persistence, as struct ip_vs_conn has both. */
import type { Destination } from '../../schedulers/ipvs/destination.js';
import type { TcpState } from './tcp_states.js';

export interface Template {
  readonly protocol: string;
  readonly client: string;
  /** Of a service with an engine. */
  readonly call: string | undefined;
  virtual: string;
  real: string;
  state: 'NONE' | 'ASSURED';
  readonly destination: Destination;
  /** Connections that it brought about and that go on. */
  controlled: number;
  lifetime: number;
  expires: number;
}

export interface Connection {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  readonly virtual: string;
  readonly real: string;
  /** UDP has but one. */
  state: TcpState | 'UDP';
  readonly destination: Destination;
  readonly isMasqueraded: boolean;
  readonly template: Template | undefined;
  /** Seconds that it had from its last packet on. */
  timeout: number;
  expires: number;
  /** Between these it may end here, and since when that is so: another timeout may hold from a later reply on than the next. */
  earliest: number;
  latest: number;
  isOpenSince: number;
}

/** As `-Lnc` has it, but for the time. */
export function textOf(one: Connection | Template): string {
  const { protocol, state, client, virtual, real } = one;
  const call = 'call' in one && one.call !== undefined ? ['sip', one.call] : [];
  return [protocol.toUpperCase(), state, client, virtual, real, ...call].join(' ');
}
