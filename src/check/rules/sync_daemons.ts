// SPDX-License-Identifier: Apache-2.0
import type { Finding, Rule } from '../finding.js';

/** ipvsadm's commands about it are taken and answered; nobody carries them out yet. */
export const syncDaemons: Rule = (facts) =>
  facts.syncDaemons.map(({ role, interface: name }): Finding => {
    const what = `the ${role} sync daemon on ${name} was started, but connections are not synchronised yet: none outlives a failover`;
    const mend = `xdpvsadm --stop-daemon ${role} # to be reminded of it no longer`;
    return { severity: 'caution', what, mend };
  });
