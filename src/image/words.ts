// SPDX-License-Identifier: Apache-2.0
/** The model's words and the numbers that bpf/abi.h gives them. */
import * as abi from '../abi/generated.js';
import type { Family, ForwardingMethod, Protocol, Scheduler, Tunnel, TunnelType } from '../model/types.js';
import { ImageInconsistent } from './errors.js';

interface Words<W, N> {
  number(word: W): N;
  word(number: number): W;
}

function words<W extends string, N extends number>(what: string, numbers: Readonly<Record<W, N>>): Words<W, N> {
  const byNumber = new Map(Object.entries<N>(numbers).map(([word, number]) => [number as number, word as W]));
  return {
    number: (word) => numbers[word],
    word(number) {
      const word = byNumber.get(number);
      if (word === undefined) throw new ImageInconsistent(`${what} ${number}`);
      return word;
    },
  };
}

export const SCHEDULER = words<Scheduler, abi.Scheduler>('scheduler', {
  rr: abi.Scheduler.SCHEDULER_RR,
  wrr: abi.Scheduler.SCHEDULER_WRR,
  lc: abi.Scheduler.SCHEDULER_LC,
  wlc: abi.Scheduler.SCHEDULER_WLC,
  lblc: abi.Scheduler.SCHEDULER_LBLC,
  lblcr: abi.Scheduler.SCHEDULER_LBLCR,
  dh: abi.Scheduler.SCHEDULER_DH,
  sh: abi.Scheduler.SCHEDULER_SH,
  sed: abi.Scheduler.SCHEDULER_SED,
  nq: abi.Scheduler.SCHEDULER_NQ,
  fo: abi.Scheduler.SCHEDULER_FO,
  ovf: abi.Scheduler.SCHEDULER_OVF,
  mh: abi.Scheduler.SCHEDULER_MH,
  twos: abi.Scheduler.SCHEDULER_TWOS,
});

export const METHOD = words<ForwardingMethod, abi.ForwardingMethod>('forwarding method', {
  masquerade: abi.ForwardingMethod.FORWARDING_MASQUERADE,
  tunnel: abi.ForwardingMethod.FORWARDING_TUNNEL,
  'direct-route': abi.ForwardingMethod.FORWARDING_DIRECT_ROUTE,
});

export const TUNNEL_TYPE = words<TunnelType, abi.TunnelType>('tunnel type', {
  ipip: abi.TunnelType.TUNNEL_IPIP,
  gue: abi.TunnelType.TUNNEL_GUE,
  gre: abi.TunnelType.TUNNEL_GRE,
});

export const TUNNEL_CHECKSUM = words<Tunnel['checksum'], number>('tunnel checksum', {
  none: abi.TUNNEL_CHECKSUM_NONE,
  outer: abi.TUNNEL_CHECKSUM_OUTER,
  remote: abi.TUNNEL_CHECKSUM_REMOTE,
});

/** IANA's protocol numbers. */
export const PROTOCOL = words<Protocol, number>('protocol', { tcp: 6, udp: 17, sctp: 132 });

export function familyOf(number: number): Family {
  if (number !== abi.Family.FAMILY_IPV4 && number !== abi.Family.FAMILY_IPV6) {
    throw new ImageInconsistent(`address family ${number}`);
  }
  return number;
}
