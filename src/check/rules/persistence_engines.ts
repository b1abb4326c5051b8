// SPDX-License-Identifier: Apache-2.0
import type { Finding, Rule } from '../finding.js';

/** As in IPVS, `--pe sip` is taken for any service, and does what is meant only for some. */
export const persistenceEngines: Rule = (_facts, services) =>
  services.flatMap(({ name, engine }): Finding[] => {
    if (!engine) return [];
    const { options, protocol, persistence } = engine;
    if (persistence === undefined) {
      const what = `${name} has --pe sip without -p: calls of clients are scheduled as if it were not there`;
      return [{ severity: 'caution', what, mend: `xdpvsadm -E ${options} -p 300 --pe sip` }];
    }
    if (protocol === 'udp' || protocol === 'any') return [];
    const what = `${name} has --pe sip, which reads UDP alone: whatever would open a connection is dropped`;
    return [
      { severity: 'fault', what, mend: `xdpvsadm -E ${options} -p ${persistence} # as it was added, without --pe` },
    ];
  });
