// SPDX-License-Identifier: Apache-2.0
/** /proc/net/ip_vs_stats and ip_vs_stats_percpu, as net/netfilter/ipvs/ip_vs_ctl.c prints them. */
import type { Counts } from '../../image/index.js';
import type { Rates } from '../../observe/counters.js';

export interface Totals {
  readonly totals: Counts;
  /** Nothing of these is taken off by `-Z`, in the kernel too. */
  readonly byCpu: readonly Counts[];
  /** Each a second. */
  readonly rates: Rates;
}

export function ipVsStats({ totals, rates }: Totals): string {
  return `\
   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
${columns(totals)}

 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
${columns(rates)}
`;
}

export function ipVsStatsPercpu({ totals, byCpu, rates }: Totals): string {
  const rows = byCpu.map((counts, cpu) => `${hex(cpu, 3)} ${columns(counts)}\n`).join('');
  return `\
       Total Incoming Outgoing         Incoming         Outgoing
CPU    Conns  Packets  Packets            Bytes            Bytes
${rows}  ~ ${columns(totals)}

     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
    ${columns(rates)}
`;
}

function columns({ connections, inPackets, outPackets, inBytes, outBytes }: Counts | Rates): string {
  return [hex(connections, 8), hex(inPackets, 8), hex(outPackets, 8), hex(inBytes, 16), hex(outBytes, 16)].join(' ');
}

function hex(value: number | bigint, width: number): string {
  return value.toString(16).toUpperCase().padStart(width);
}
