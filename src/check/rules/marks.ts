// SPDX-License-Identifier: Apache-2.0
import type { Finding, Rule } from '../finding.js';

/** XDP sees packets before netfilter: what iptables marks is not marked yet. */
export const markedPackets: Rule = (_facts, services) =>
  services.flatMap(({ name, mark }): Finding[] => {
    if (!mark || mark.isGiven) return [];
    const what = `no rule marks packets with ${mark.number}, so ${name} gets none (what iptables marks is seen too late)`;
    const rule = `-d VIRTUAL_ADDRESS -p tcp --dport 80 -j MARK --set-mark ${mark.number}`;
    const mend = `xdpvs mark -t mangle -A PREROUTING ${rule} # as it is marked in iptables`;
    return [{ severity: 'fault', what, mend }];
  });
