// SPDX-License-Identifier: Apache-2.0
import type { Columns } from './command.js';

const REAL_SERVER = '  -> RemoteAddress:Port';

const HEADINGS: Readonly<Record<Columns, readonly [string, string]>> = {
  plain: ['Prot LocalAddress:Port Scheduler Flags', `${REAL_SERVER}           Forward Weight ActiveConn InActConn`],
  'tun-info': [
    'Prot LocalAddress:Port Scheduler Flags',
    `${REAL_SERVER}           Forward TunnelInfo    Weight ActiveConn InActConn`,
  ],
  stats: ['Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes', REAL_SERVER],
  rate: ['Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS', REAL_SERVER],
  thresholds: ['Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn ', REAL_SERVER],
  'persistent-conn': ['Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn ', REAL_SERVER],
};

export function heading(columns: Columns): string {
  return HEADINGS[columns].map((line) => `${line}\n`).join('');
}
