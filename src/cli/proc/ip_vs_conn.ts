// SPDX-License-Identifier: Apache-2.0
/** /proc/net/ip_vs_conn, as ip_vs_conn_seq_show of net/netfilter/ipvs/ip_vs_conn.c prints it. */
import type { Endpoint } from '../../model/requests.js';
import type { Connection } from '../../observe/connections.js';
import { hexAddress, hexPort } from './address_text.js';

export const CONNECTIONS_HEADING = 'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n';

const PROTOCOL: Readonly<Record<number, string>> = { 0: 'IP', 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

export function connectionRow(connection: Connection): string {
  const { protocol, client, virtual, real, state, secondsLeft, persistenceEngine: engine } = connection;
  const name = (PROTOCOL[protocol] ?? `IP${protocol}`).padEnd(3);
  const ends = [client, virtual, real].map(endpoint).join(' ');
  const call = engine ? ` ${engine.name} ${engine.data}` : '';
  return `${name} ${ends} ${state.padEnd(11)} ${String(secondsLeft).padStart(7)}${call}\n`;
}

function endpoint({ address, port }: Endpoint): string {
  return `${hexAddress(address)} ${hexPort(port)}`;
}
