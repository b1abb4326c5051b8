// SPDX-License-Identifier: Apache-2.0
import { ConnectionState, settingsCodec } from '../abi/generated.js';
import type { Timeouts } from '../model/types.js';

/** Numbers in enum connection_state of the states whose timeouts `ipvsadm --set` sets. */
export const TIMEOUT_STATES: Readonly<Record<keyof Timeouts, number>> = {
  tcp: ConnectionState.STATE_ESTABLISHED,
  tcpFin: ConnectionState.STATE_FIN_WAIT,
  udp: ConnectionState.STATE_UDP,
};

/** The settings with these timeouts and bound of real servers' numbers, all else as before. */
export function settingsWith(previous: Uint8Array, timeouts: Timeouts, hz: number, serversInUse: number): Uint8Array {
  const fields = settingsCodec.decode(previous);
  const timeout = [...fields.timeout];
  for (const name of ['tcp', 'tcpFin', 'udp'] as const) timeout[TIMEOUT_STATES[name]] = timeouts[name] * hz;
  return settingsCodec.encode({ ...fields, timeout, serversInUse });
}

export function serversInUse(bytes: Uint8Array): number {
  return settingsCodec.decode(bytes).serversInUse;
}
